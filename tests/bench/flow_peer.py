#!/usr/bin/env python3
"""A classical peer of video propagation: OpenCV's DIS optical flow carries the first mask forward, warped frame
by frame, and `fastsam2 eval vos --answers` scores it by the very protocol of our own scores.

use: flow_peer.py PROGRAM --root DIR [--sequences a,b] [--json]   DIR/SEQ/img/*.jpg + DIR/SEQ/mask/*.png
     flow_peer.py PROGRAM --check     the figures that are known for clips of the real data, within 0.01
"""
import argparse
import json
import pathlib
import sys
import tempfile

import checker

checker.need("numpy", "cv2", "PIL")
import cv2
import numpy as np
from PIL import Image

# J of this very method on DAVIS-2016 clips, measured apart from this project.
KNOWN = {"blackswan": 0.725, "car-shadow": 0.610}
VOID = 255


def carried(frames, first):
    """Yields the id picture of each frame: each object's mask, soft between frames, cut at one half."""
    ids = [i for i in np.unique(first) if i not in (0, VOID)] or [VOID]
    soft = [(first == i).astype(np.float32) for i in ids]
    height, width = first.shape
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    flow = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    before = None
    for path in frames:
        grey = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2GRAY)
        if before is not None:
            back = flow.calc(grey, before, None)
            soft = [cv2.remap(m, x + back[..., 0], y + back[..., 1], cv2.INTER_LINEAR) for m in soft]
        before = grey
        picture = np.zeros(first.shape, np.uint8)
        best = np.full(first.shape, 0.5, np.float32)
        for i, mask in zip(ids, soft):
            picture[mask > best] = i
            best = np.maximum(best, mask)
        yield picture


def scores(program, root, sequences):
    """The document of `eval vos` for the carried masks."""
    cv2.setNumThreads(1)
    names = sequences or sorted(p.name for p in root.iterdir() if (p / "img").is_dir() and (p / "mask").is_dir())
    with tempfile.TemporaryDirectory() as answers:
        for name in names:
            frames = sorted((root / name / "img").glob("*.jpg"))
            first = np.asarray(Image.open(sorted((root / name / "mask").glob("*.png"))[0]))
            folder = pathlib.Path(answers) / name
            folder.mkdir()
            for path, picture in zip(frames, carried(frames, first)):
                Image.fromarray(picture).save(folder / f"{path.stem}.png")
        return checker.fastsam2(program, "eval", "vos", "--root", root, "--answers", answers,
                                "--sequences", ",".join(names))


def check(program):
    root = checker.data() / "videos" / "davis_dev"
    if not root.is_dir():
        checker.skip(f"no clips in {root}")
    found = scores(program, root, list(KNOWN))["sequences"]
    faults = 0
    for name, known in KNOWN.items():
        right = abs(found[name]["J"] - known) < 0.01
        faults += not right
        print(f"{name:12} J {found[name]['J']:.3f}, known {known:.3f}", "" if right else "  WRONG")
    return 1 if faults else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--root", type=pathlib.Path)
    parser.add_argument("--sequences", default="")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if given.check:
        return check(given.program)
    if not given.root:
        parser.error("--root or --check")
    report = scores(given.program, given.root, [n for n in given.sequences.split(",") if n])
    if given.json:
        print(json.dumps(report))
        return 0
    for name, score in report["sequences"].items():
        print(f"{name:20} J {score['J']:.3f}  F {score['F']:.3f}")
    mean = report["mean"]
    print(f"{'mean':20} J {mean['J']:.3f}  F {mean['F']:.3f}  J&F {mean['JF']:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
