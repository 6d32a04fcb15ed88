"""Chooses the score from which each class is believed: 70 % precision on training photos and rendered scenes together.

python training/thresholds.py --model models/desk-detector.onnx --photos TRAINING --scenes DIR --out thresholds.json
Nothing of the evaluation sets is looked at. Photos do not label coasters and mats: each one found there counts as false. They
label some of the tables: a picture without one says nothing of tables.
--inference tiled chooses for the model that looks at six views (detector/tiled.py).
--coaster-precision holds for coasters: a mug that is sent to one that is none is worse than one that is missed.
A class that never reaches the precision gets the score with the best F1; one that would find more than twice as much at a
precision of a tenth less gets that.
"""
import argparse
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent))
from desk.classes import CLASSES, COCO_TO_OURS, INDEX  # noqa: E402
from detector import photos as real, runners, score, tiled  # noqa: E402
from detector.pack import rendered_records  # noqa: E402
from evaluate import run  # noqa: E402


def photo_rows(folder, empty):
    for r in real.rows(folder):
        boxes = [b for b in r["boxes"] if int(b[4]) in COCO_TO_OURS]
        empty -= not boxes
        if boxes or empty >= 0:
            yield folder / "images" / r["file_name"], [b[:4] for b in boxes], [INDEX[COCO_TO_OURS[int(b[4])]] for b in boxes]


def pictures(rows):
    for path, boxes, labels in rows:
        yield Image.open(path).convert("RGB"), np.array(boxes, float).reshape(-1, 4), np.array(labels, int), np.zeros(len(boxes), bool)


def choose(results, things, coasters):
    chosen = {}
    for name in CLASSES:
        precision = coasters if name == "coaster" else things
        telling = [r for r in results if name != "table" or INDEX[name] in r["gt_labels"]]
        scores, hits, _, total = score.match(telling, INDEX[name])
        recall, _, at = score.recall_at_precision(scores, hits, total, precision)
        milder = score.recall_at_precision(scores, hits, total, precision - 0.1)
        if milder[0] > 2 * recall:
            recall, _, at = milder
        if at is None:
            tp, n = np.cumsum(hits), np.arange(1, len(hits) + 1)
            at = float(scores[int((2 * tp / (n + total)).argmax())])
        chosen[name] = round(at, 3)
        print(f"{name:10s} {at:.3f}  recall {recall:.3f} of {total}", flush=True)
    return chosen


def main():
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("--model", type=Path, required=True)
    a.add_argument("--photos", type=Path)
    a.add_argument("--scenes", type=Path, required=True)
    a.add_argument("--count", type=int, default=700, help="rendered scenes")
    a.add_argument("--empty", type=int, default=300, help="photos without our classes")
    a.add_argument("--precision", type=float, default=0.7)
    a.add_argument("--coaster-precision", type=float, default=0.85)
    a.add_argument("--inference", choices=tiled.INFERENCES, default="single")
    a.add_argument("--out", type=Path, required=True)
    o = a.parse_args()
    rows = list(rendered_records(o.scenes))[:o.count] + (list(photo_rows(o.photos, o.empty)) if o.photos else [])
    o.out.write_text(json.dumps(choose(run(tiled.inferring(o.inference, runners.Ours(o.model)), pictures(rows)), o.precision, o.coaster_precision), indent=1) + "\n")


if __name__ == "__main__":
    main()
