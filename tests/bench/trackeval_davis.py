#!/usr/bin/env python3
"""J and F of DAVIS folders by TrackEval: one JSON object, by sequence and COMBINED_SEQ. Every file of a
sequence is scored. Needs trackeval; exit code 77 where it is missing.

use: trackeval_davis.py GT_FOLDER TRACKERS_FOLDER   (TRACKERS_FOLDER/ours/data/SEQUENCE/*.png)
"""
import contextlib
import io
import json
import sys

import checker

checker.need("numpy", "trackeval", "skimage.morphology")
import trackeval


def main():
    gt, trackers = sys.argv[1:3]
    quiet = {"PRINT_CONFIG": False}
    with contextlib.redirect_stdout(io.StringIO()):
        dataset = trackeval.datasets.DAVIS({"GT_FOLDER": gt, "TRACKERS_FOLDER": trackers,
                                            "TRACKERS_TO_EVAL": ["ours"], **quiet})
        metric = trackeval.metrics.JAndF(quiet)
        scores = {}
        for sequence in dataset.seq_list:
            raw = dataset.get_raw_seq_data("ours", sequence)
            data = dataset.get_preprocessed_seq_data(raw, "general")
            scores[sequence] = metric.eval_sequence(data)
        scores["COMBINED_SEQ"] = metric.combine_sequences(scores)
    print(json.dumps({name: {"J": float(s["J-Mean"]), "F": float(s["F-Mean"])}
                      for name, s in scores.items()}))


if __name__ == "__main__":
    main()
