#!/usr/bin/env python3
"""COCO files of `fastsam2 segment`, read by COCO's own tools: the masks are equal pixel by pixel, and the
file scores AP 1.0 against itself.

use: pycocotools_roundtrip.py PROGRAM
"""
import contextlib
import io
import pathlib
import sys
import tempfile

import checker

checker.need("numpy", "PIL", "pycocotools.coco")
import numpy as np
from PIL import Image
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

PROMPTS = {
    "disc": ["--click", "60,40"],
    "parts": ["--click", "40,40", "--click", "120,80"],
    "hole": ["--box", "30,30,130,100", "--click", "80,60,0"],
    "at the edge": ["--click", "0,0", "--click", "159,119"],
    "nothing left": ["--click", "60,40", "--click", "60,40,0"],
}


def main():
    program = sys.argv[1]
    faults = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        pictures = []
        for i, size in enumerate([(160, 120), (161, 123)]):
            noise = np.random.default_rng(i).integers(0, 256, (size[1], size[0], 3), np.uint8)
            pictures.append(folder / f"{i}.png")
            Image.fromarray(noise).save(pictures[-1])
        for title, prompts in PROMPTS.items():
            arguments = ["segment", *pictures, *prompts, "--model", "disc", "-o"]
            checker.fastsam2(program, *arguments, folder / "masks", "--format", "png")
            truth = [np.asarray(Image.open(folder / "masks" / p.name)) == 255 for p in pictures]
            for form in ("coco", "coco-rle"):
                file = folder / f"{form}.json"
                checker.fastsam2(program, *arguments, file, "--format", form)
                fault = compare(file, truth)
                print(f"{form:9} {title:13}", fault or "equal, AP 1.0")
                faults += fault is not None
    return 1 if faults else 0


def compare(file, truth):
    """The first fault as a sentence, or None."""
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO(str(file))
        results = []
        for image, expected in zip(coco.loadImgs(coco.getImgIds()), truth):
            if (image["height"], image["width"]) != expected.shape:
                return f"{image['file_name']} has another size"
            union = np.zeros(expected.shape, bool)
            for annotation in coco.loadAnns(coco.getAnnIds(imgIds=image["id"])):
                mask = coco.annToMask(annotation).astype(bool)
                union |= mask
                if int(mask.sum()) != annotation["area"]:
                    return f"area {annotation['area']}, pixels {int(mask.sum())}"
                rle = coco.annToRLE(annotation)
                if isinstance(rle["counts"], bytes):
                    rle["counts"] = rle["counts"].decode()
                results.append({"image_id": image["id"], "category_id": annotation["category_id"],
                                "segmentation": rle, "score": annotation["score"]})
            if not np.array_equal(union, expected):
                return f"{image['file_name']}: {int((union != expected).sum())} pixels differ"
        if not any(mask.any() for mask in truth):
            return None if not results else "an annotation without a pixel"
        score = COCOeval(coco, coco.loadRes(results), "segm")
        score.evaluate()
        score.accumulate()
        score.summarize()
    return None if abs(score.stats[0] - 1) < 1e-9 else f"AP {score.stats[0]}"


if __name__ == "__main__":
    sys.exit(main())
