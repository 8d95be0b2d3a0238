#!/usr/bin/env python3
"""The command line on real photographs, with the bundled weights: three clicks on a cat, IoU with its mask
at least .8, exported as COCO and read by pycocotools.

use: real_photos.py PROGRAM
"""
import csv
import pathlib
import sys
import tempfile

import checker

checker.need("numpy", "PIL", "cv2", "pycocotools.coco")
import numpy as np
from PIL import Image
from pycocotools.coco import COCO

CATS = 3  # photographs tried; each must pass
CLICKS = 3
TARGET = 0.8


def validation(path):
    """Whether nothing trains on this picture: FNV-1a (64 bit) of its path is 0 modulo 5."""
    value = 14695981039346656037
    for byte in path.encode():
        value = (value ^ byte) * 1099511628211 % 2**64
    return value % 5 == 0


def cats(folder):
    """The largest cats that share their photograph with no other, among the validation photographs."""
    with open(folder / "objects.tsv") as table:
        rows = [r for r in csv.DictReader(table, delimiter="\t")
                if r["set"] == "feralcat" and validation(r["img"])]
    pictures = [r["img"] for r in rows]
    alone = [r for r in rows if pictures.count(r["img"]) == 1]
    return sorted(alone, key=lambda r: (-int(r["area"]), r["img"]))[:CATS]


def segmented(program, photo, clicks, file):
    prompts = [a for x, y, positive in clicks for a in ("--click", f"{x},{y},{int(positive)}")]
    checker.fastsam2(program, "segment", photo, *prompts, "-o", file)
    checker.fastsam2(program, "check", "coco", file)
    coco = COCO(str(file))
    image = coco.loadImgs(coco.getImgIds())[0]
    mask = np.zeros((image["height"], image["width"]), bool)
    for annotation in coco.loadAnns(coco.getAnnIds()):
        mask |= coco.annToMask(annotation).astype(bool)
    return mask


def main():
    program = sys.argv[1]
    folder = checker.data()
    models = checker.fastsam2(program, "models", "list")["models"]
    if not models[0]["bundled"]:
        checker.skip("there are no bundled weights")
    if checker.without_torch(program):
        checker.skip("this build has no networks (FS2_TORCH=OFF)")
    faults = 0
    with tempfile.TemporaryDirectory() as name:
        for cat in cats(folder):
            truth = np.asarray(Image.open(folder / cat["mask"])) == int(cat["id"])
            mask = np.zeros_like(truth)
            clicks = []
            for _ in range(CLICKS):
                click = checker.next_click(truth, mask, clicks)
                if click is None:
                    break
                clicks.append(click)
                mask = segmented(program, folder / cat["img"], clicks, pathlib.Path(name) / "cat.json")
            score = checker.iou(mask, truth)
            print(f"{cat['img']}: IoU {score:.3f} after {len(clicks)} clicks")
            faults += score < TARGET
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
