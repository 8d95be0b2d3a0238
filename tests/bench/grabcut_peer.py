#!/usr/bin/env python3
"""OpenCV's GrabCut under the clicks of `fastsam2 eval interactive`, as a peer to compare with.

use: grabcut_peer.py [--root DIR] [--per-set N] [--long-side 512] [--max-clicks 10] [--sets a,b]

Clicks become disks of sure object and sure background, all else begins as probable background. The JSON is
that of eval (NoC counts 20 where it is not reached). N objects of each set are chosen from the validation
photographs as eval chooses them, so that the same N and long side score the same objects.
"""
import argparse
import collections
import csv
import json
import multiprocessing
import sys
import time

import checker

checker.need("numpy", "PIL", "cv2")
import cv2
import numpy as np
from PIL import Image

RADIUS = 5        # of a click's disk, in pixels of the reduced photograph
ITERATIONS = 3
NEVER = 20
AT = (1, 2, 3, 5, 10)


def fnv1a(text, value=14695981039346656037):
    for byte in text.encode():
        value = (value ^ byte) * 1099511628211 % 2**64
    return value


def chosen(rows, per_set):
    """The choice of model/interactive_eval.cpp: one object from each picture in turn, by hash."""
    sets = collections.defaultdict(list)
    for place, row in enumerate(rows):
        if fnv1a(row["img"]) % 5 == 0:
            sets[row["set"]].append(place)
    places = []
    for members in sets.values():
        if not per_set or len(members) <= per_set:
            places += members
            continue
        pictures = collections.defaultdict(list)
        for place in members:
            row = rows[place]
            key = fnv1a(row["img"])
            pictures[key, row["img"]].append((fnv1a(f"{row['id']},{row['seed_x']},{row['seed_y']}", key), place))
        queues = [sorted(queue) for _, queue in sorted(pictures.items())]
        turns = [queue[i][1] for i in range(max(map(len, queues))) for queue in queues if i < len(queue)]
        places += turns[:per_set]
    return [rows[place] for place in sorted(places)]


def object_mask(ids, row):
    mask = ids == int(row["id"])
    if row["mode"] == "cc":
        _, parts = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)
        mask = parts == parts[int(row["seed_y"]), int(row["seed_x"])]
    return mask


def grabcut(photo, clicks):
    """The mask for these clicks."""
    hints = np.full(photo.shape[:2], cv2.GC_PR_BGD, np.uint8)
    for x, y, positive in clicks:
        cv2.circle(hints, (x, y), RADIUS, cv2.GC_FGD if positive else cv2.GC_BGD, -1)
    if not ((hints == cv2.GC_BGD) | (hints == cv2.GC_PR_BGD)).any():
        return np.ones(hints.shape, bool)
    cv2.setRNGSeed(1)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(photo, hints, None, *models, ITERATIONS, cv2.GC_INIT_WITH_MASK)
    return (hints == cv2.GC_FGD) | (hints == cv2.GC_PR_FGD)


def curve(photo, truth, max_clicks):
    """IoU after each click."""
    mask = np.zeros_like(truth)
    clicks, scores = [], []
    while len(scores) < max_clicks:
        click = checker.next_click(truth, mask, clicks)
        if click is None:
            break
        clicks.append(click)
        mask = grabcut(photo, clicks)
        scores.append(checker.iou(mask, truth))
    return scores + scores[-1:] * (max_clicks - len(scores))


def scored(job):
    root, row, long_side, max_clicks = job
    cv2.setNumThreads(1)
    photo = np.asarray(Image.open(f"{root}/{row['img']}").convert("RGB"))[:, :, ::-1].copy()
    truth = object_mask(np.asarray(Image.open(f"{root}/{row['mask']}")), row)
    longest = max(truth.shape)
    if long_side and longest > long_side:
        size = tuple(max(1, round(side * long_side / longest)) for side in truth.shape[::-1])
        photo = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
        truth = cv2.resize(truth.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST).astype(bool)
    return row["set"], row["img"], curve(photo, truth, max_clicks) if truth.any() else None


def summary(curves, images):
    def clicks_to(target):
        return float(np.mean([next((i + 1 for i, v in enumerate(c) if v >= target), NEVER) for c in curves]))

    return {"n": len(curves), "images": len(images), "averaged": len(images) >= 3, "noc85": clicks_to(.85),
            "noc90": clicks_to(.9),
            "iou": {str(k): float(np.mean([c[k - 1] for c in curves])) for k in AT if k <= len(curves[0])}}


def report(results, seconds):
    curves, images = collections.defaultdict(list), collections.defaultdict(set)
    for name, image, scores in results:
        if scores is not None:
            curves[name].append(scores)
            images[name].add(image)
    sets = {name: summary(curves[name], images[name]) for name in sorted(curves)}
    parts = [s for s in sets.values() if s["averaged"]]
    mean = None
    if parts:
        mean = {"n": sum(s["n"] for s in parts), "images": sum(s["images"] for s in parts),
                "noc85": float(np.mean([s["noc85"] for s in parts])),
                "noc90": float(np.mean([s["noc90"] for s in parts])),
                "iou": {k: float(np.mean([s["iou"][k] for s in parts])) for k in parts[0]["iou"]}}
    return {"sets": sets, "mean": mean, "weights": "GrabCut, OpenCV " + cv2.__version__,
            "seconds": seconds}


def self_test():
    """A red square on blue is found, and the clicks are the protocol's."""
    photo = np.zeros((80, 100, 3), np.uint8)
    photo[:] = (200, 40, 20)
    photo[20:60, 30:70] = (20, 30, 220)
    photo += np.random.default_rng(1).integers(0, 12, photo.shape, np.uint8)
    truth = np.zeros((80, 100), bool)
    truth[20:60, 30:70] = True
    assert checker.next_click(truth, np.zeros_like(truth), []) == (49, 39, True)
    left = np.zeros_like(truth)
    left[:, :40] = True  # at the picture's edge, which counts as edge: the middle, not a corner
    assert checker.next_click(left, np.zeros_like(left), []) == (19, 19, True)
    spilled = truth.copy()
    spilled[20:60, 70:95] = True
    assert checker.next_click(truth, spilled, [])[2] is False
    assert checker.next_click(truth, truth, []) is None
    scores = curve(photo, truth, 3)
    assert scores[-1] > .95, scores
    rows = [{"set": "s", "img": f"img/{i // 4}.jpg", "id": str(i % 4), "seed_x": "1", "seed_y": "2"}
            for i in range(200)]
    few = chosen(rows, 5)
    assert len(few) == 5 == len({r["img"] for r in few})
    done = report([("s", f"{i}", scores) for i in range(3)], 1.0)
    assert done["mean"]["noc90"] == done["sets"]["s"]["noc90"] < 3
    print("ok")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root")
    parser.add_argument("--per-set", type=int, default=0)
    parser.add_argument("--long-side", type=int, default=512)
    parser.add_argument("--max-clicks", type=int, default=10)
    parser.add_argument("--sets", default="")
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    root = options.root or str(checker.data())
    wanted = [name for name in options.sets.split(",") if name]
    with open(f"{root}/objects.tsv") as table:
        rows = [r for r in csv.DictReader(table, delimiter="\t") if not wanted or r["set"] in wanted]
    jobs = [(root, row, options.long_side, options.max_clicks) for row in chosen(rows, options.per_set)]
    started = time.time()
    with multiprocessing.Pool(options.jobs) as pool:
        results = []
        for result in pool.imap(scored, jobs):
            results.append(result)
            if sys.stderr.isatty():
                print(f"\r{len(results)}/{len(jobs)}", end="", file=sys.stderr)
    print(json.dumps(report(results, time.time() - started)))


if __name__ == "__main__":
    sys.exit(main())
