"""What the checks of this folder share: the Python with the packages, skipping, running fastsam2."""
import importlib
import json
import os
import pathlib
import subprocess
import sys

SKIPPED = 77
SOURCE = pathlib.Path(__file__).resolve().parents[2]


def skip(reason):
    print("SKIP:", reason)
    sys.exit(SKIPPED)


def need(*modules):
    """Goes on in the Python of FS2_PYTHON (build/venv by default) if that is there; skips where a module
    is missing."""
    wanted = os.environ.get("FS2_PYTHON", str(SOURCE / "build/venv/bin/python"))
    if os.path.exists(wanted) and not os.environ.get("FS2_PYTHON_CHOSEN"):
        os.environ["FS2_PYTHON_CHOSEN"] = "1"
        os.execv(wanted, [wanted] + sys.argv)
    for name in modules:
        try:
            importlib.import_module(name)
        except ImportError as fault:
            skip(f"{fault} in {sys.executable}: packaging/test installs what the checks need")


def data():
    """The folder of real photographs, or skips."""
    folder = pathlib.Path(os.environ.get("FS2_DATA", SOURCE.parent / "shared" / "data"))
    if not (folder / "objects.tsv").exists():
        skip(f"no real photographs in {folder} (FS2_DATA names another folder)")
    return folder


def fastsam2(program, *arguments):
    """Runs the program; its JSON document. Stops with its message where it fails."""
    ran = subprocess.run([program, *map(str, arguments), "--json"], capture_output=True, text=True)
    if ran.returncode != 0:
        sys.exit(f"fastsam2 {' '.join(map(str, arguments))}\nexit code {ran.returncode}: {ran.stderr}")
    return json.loads(ran.stdout)


def interior(mask):
    """Distance of each pixel of a boolean mask to the nearest one outside it; what lies outside the picture
    is outside the mask."""
    import cv2
    import numpy as np

    padded = np.pad(mask.astype(np.uint8), 1)
    return cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]


def next_click(truth, prediction, clicked):
    """(x, y, positive) by the interactive protocol, or None where nothing is left to correct."""
    import numpy as np

    best = None
    for positive, error in ((True, truth & ~prediction), (False, prediction & ~truth)):
        distance = interior(error)
        for x, y, _ in clicked:
            distance[y, x] = 0
        y, x = np.unravel_index(int(distance.argmax()), distance.shape)
        if distance[y, x] > 0 and (best is None or distance[y, x] > best[0]):
            best = (float(distance[y, x]), int(x), int(y), positive)
    return None if best is None else best[1:]


def iou(a, b):
    union = int((a | b).sum())
    return 1.0 if union == 0 else int((a & b).sum()) / union


def without_torch(program):
    """Whether the program was built without the networks."""
    ran = subprocess.run([program, "serve"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return "needs LibTorch" in ran.stderr
