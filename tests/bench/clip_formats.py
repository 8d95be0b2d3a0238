#!/usr/bin/env python3
"""Exports of a clip, read and scored by other programs: pycocotools (COCO), TrackEval (DAVIS, YouTube-VIS,
MOTS), Pillow (DAVIS, PNG). Each export is perfect against itself, and its masks are the clip's pixel by pixel.

use: clip_formats.py PROGRAM   (clip_export_samples)
"""
import contextlib
import io
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import checker

checker.need("numpy", "PIL", "pycocotools.coco", "trackeval", "skimage.morphology")
import numpy as np
import trackeval
from PIL import Image
from pycocotools import mask as rle_tools
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

FRAMES = 10
QUIET = {"PRINT_CONFIG": False, "TRACKERS_TO_EVAL": ["ours"]}


def main():
    faults = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([sys.argv[1], folder], check=True)
        truth = {}
        for file in (folder / "truth").iterdir():
            number, frame = map(int, file.stem.split("_"))
            truth.setdefault(number, {})[frame] = np.asarray(Image.open(file)) > 0
        for check in (davis, davis_score, png, coco, coco_score, youtube_vis, youtube_vis_score, mots,
                      mots_score):
            with contextlib.redirect_stdout(io.StringIO()):
                fault = check(folder, truth)
            print(f"{check.__name__:18}", fault or "as it must be")
            faults += fault is not None
    return 1 if faults else 0


def differs(truth, found):
    """The first fault as a sentence, or None; `found` holds masks by any number, then by frame."""
    if len(found) != len(truth):
        return f"{len(found)} objects, not {len(truth)}"
    for number, masks in truth.items():
        if not any(set(masks) == set(other) and all(np.array_equal(masks[f], other[f]) for f in masks)
                   for other in found.values()):
            return f"object {number} is not there pixel by pixel"
    return None


def id_pictures(folder, mode):
    found = {}
    files = sorted(folder.iterdir())
    if [file.name for file in files] != [f"{i:05d}.png" for i in range(FRAMES)]:
        return f"its files are {[file.name for file in files]}", found
    for frame, file in enumerate(files):
        picture = Image.open(file)
        if picture.mode != mode:
            return f"{file.name} has the mode {picture.mode}", found
        if picture.getpalette()[3:9] != [128, 0, 0, 0, 128, 0]:
            return f"{file.name} has another palette", found
        ids = np.asarray(picture)
        for number in np.unique(ids[ids > 0]):
            found.setdefault(int(number), {})[frame] = ids == number
    return None, found


def davis(folder, truth):
    fault, found = id_pictures(folder / "davis/Annotations/480p/sample", "P")
    return fault or differs(truth, found)


def png(folder, truth):
    fault, found = id_pictures(folder / "png/sample", "P")
    return fault or differs(truth, found)


def davis_score(folder, truth):
    annotations = folder / "davis/Annotations/480p"
    shutil.copytree(annotations, folder / "davis_results/ours/data")
    dataset = trackeval.datasets.DAVIS(
        {"GT_FOLDER": str(annotations), "TRACKERS_FOLDER": str(folder / "davis_results"), **QUIET})
    raw = dataset.get_raw_seq_data("ours", "sample")
    scores = trackeval.metrics.JAndF(QUIET).eval_sequence(dataset.get_preprocessed_seq_data(raw, "general"))
    perfect = all(abs(scores[name] - 1) < 1e-9 for name in ("J-Mean", "F-Mean"))
    return None if perfect and scores["num_gt_tracks"] == len(truth) else str(scores)


def coco(folder, truth):
    data = COCO(str(folder / "coco.json"))
    if len(data.imgs) != FRAMES:
        return f"{len(data.imgs)} images"
    found = {}
    for annotation in data.anns.values():
        mask = data.annToMask(annotation).astype(bool)
        if int(mask.sum()) != annotation["area"]:
            return f"area {annotation['area']}, pixels {int(mask.sum())}"
        found.setdefault(annotation["track_id"], {})[annotation["image_id"] - 1] = mask
    return differs(truth, found)


def coco_score(folder, truth):
    data = COCO(str(folder / "coco.json"))
    results = [{key: a[key] for key in ("image_id", "category_id", "segmentation", "score")}
               for a in json.loads((folder / "coco.json").read_text())["annotations"]]
    score = COCOeval(data, data.loadRes(results), "segm")
    score.evaluate()
    score.accumulate()
    score.summarize()
    return None if abs(score.stats[0] - 1) < 1e-9 else f"AP {score.stats[0]}"


def youtube_vis_file(folder):
    return folder / "ytvis/youtube_vis_val/instances.json"


def compressed(rle):
    """The ground truth has plain runs, results have text."""
    if rle is None:
        return None
    made = rle_tools.frPyObjects(rle, *rle["size"])
    return made | {"counts": made["counts"].decode()}


def youtube_vis(folder, truth):
    found = {}
    for annotation in json.loads(youtube_vis_file(folder).read_text())["annotations"]:
        masks = found.setdefault(annotation["id"], {})
        lists = [annotation[name] for name in ("segmentations", "bboxes", "areas")]
        if any(len(entries) != FRAMES for entries in lists):
            return "a list has not an entry for each frame"
        for frame, (rle, box, area) in enumerate(zip(*lists)):
            if rle is None and box is None and area is None:
                continue
            rle = compressed(rle)
            masks[frame] = rle_tools.decode(rle).astype(bool)
            if rle_tools.area(rle) != area or list(rle_tools.toBbox(rle)) != box:
                return f"annotation {annotation['id']}, frame {frame}: area or box"
    return differs(truth, found)


def youtube_vis_score(folder, truth):
    results = [{key: a[key] for key in ("video_id", "category_id", "score")}
               | {"segmentations": [compressed(rle) for rle in a["segmentations"]]}
               for a in json.loads(youtube_vis_file(folder).read_text())["annotations"]]
    place = folder / "ytvis_results/youtube_vis_val/ours/data"
    place.mkdir(parents=True)
    (place / "results.json").write_text(json.dumps(results))
    dataset = trackeval.datasets.YouTubeVIS(
        {"GT_FOLDER": f"{folder}/ytvis/", "TRACKERS_FOLDER": f"{folder}/ytvis_results/",
         "SPLIT_TO_EVAL": "val", **QUIET})
    metric = trackeval.metrics.TrackMAP(trackeval.metrics.TrackMAP.get_default_metric_config()
                                        | {"USE_AREA_RANGES": False, "USE_TIME_RANGES": False,
                                           "PRINT_CONFIG": False})
    for name in dataset.class_list:
        raw = dataset.get_raw_seq_data("ours", "sample")
        sequences = {"sample": metric.eval_sequence(dataset.get_preprocessed_seq_data(raw, name))}
        scores = metric.combine_sequences(sequences)["AP_all"]
        if not np.allclose(scores, 1):
            return f"{name}: AP {scores}"
    return None if len(dataset.class_list) == 2 else f"classes {dataset.class_list}"


def mots(folder, truth):
    found = {}
    for row in (folder / "mots/instances_txt/sample.txt").read_text().splitlines():
        frame, track, category, height, width, counts = row.split(" ")
        if int(track) // 1000 != int(category):
            return f"track {track} of class {category}"
        rle = {"size": [int(height), int(width)], "counts": counts.encode()}
        found.setdefault(track, {})[int(frame)] = rle_tools.decode(rle).astype(bool)
    return differs(truth, found)


def mots_score(folder, truth):
    place = folder / "mots_results/ours/data"
    place.mkdir(parents=True)
    shutil.copy(folder / "mots/instances_txt/sample.txt", place)
    dataset = trackeval.datasets.KittiMOTS(
        {"GT_FOLDER": str(folder / "mots"), "TRACKERS_FOLDER": str(folder / "mots_results"),
         "GT_LOC_FORMAT": "{gt_folder}/instances_txt/{seq}.txt", "SEQ_INFO": {"sample": FRAMES}, **QUIET})
    tracks = 0
    for name in ("car", "pedestrian"):
        raw = dataset.get_raw_seq_data("ours", "sample")
        data = dataset.get_preprocessed_seq_data(raw, name)
        tracks += data["num_gt_ids"]
        hota = trackeval.metrics.HOTA().eval_sequence(data)["HOTA"]
        clear = trackeval.metrics.CLEAR(QUIET).eval_sequence(data)
        if not np.allclose(hota, 1) or clear["MOTA"] != 1 or clear["IDSW"] != 0:
            return f"{name}: HOTA {hota.mean()}, MOTSA {clear['MOTA']}"
    return None if tracks == len(truth) else f"{tracks} tracks"


if __name__ == "__main__":
    sys.exit(main())
