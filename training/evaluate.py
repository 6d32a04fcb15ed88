"""Scores detectors on real photos and on the rendered test scenes; writes one JSON report.

python training/evaluate.py --model models/desk-detector.onnx --photos DESK60 [--others MODELS] --out report.json
DESK60: folder with annotations.json (COCO form) and the pictures. MODELS: folder with yolox_nano.onnx and
deimv2_hgnetv2_femto_coco.onnx to compare with, on the same pictures by the same code. --inference tiled: six fused views of each
picture (detector/tiled.py) in place of one; load time, latency and search are those of single inference all the same.
"""
import argparse
import json
import os
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

sys.path.insert(0, str(Path(__file__).resolve().parent))
from desk.classes import CLASSES, COCO_TO_OURS, INDEX  # noqa: E402
from detector import runners, score, search, tiled  # noqa: E402
from detector.pack import MIN_VISIBLE  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]


def real_pictures(folder):
    coco = json.loads((folder / "annotations.json").read_text())
    boxes = {}
    for a in coco["annotations"]:
        if a["category_id"] in COCO_TO_OURS:
            x, y, w, h = a["bbox"]
            boxes.setdefault(a["image_id"], []).append(([x, y, x + w, y + h], INDEX[COCO_TO_OURS[a["category_id"]]]))
    for im in coco["images"]:
        rows = boxes.get(im["id"], [])
        yield (ImageOps.exif_transpose(Image.open(folder / im["file_name"])).convert("RGB"), np.array([b for b, _ in rows], float).reshape(-1, 4),
               np.array([c for _, c in rows], int), np.zeros(len(rows), bool))


def rendered_pictures(folder):
    for f in sorted(folder.glob("*.json")):
        t = json.loads(f.read_text())
        rows = [o for o in t["objects"] if o["bbox"]]
        b = np.array([o["bbox"] for o in rows], float).reshape(-1, 4)
        small = ((b[:, 2] - b[:, 0]) < 6) | ((b[:, 3] - b[:, 1]) < 6)
        yield (Image.open(folder / t["image"]).convert("RGB"), b, np.array([INDEX[o["class"]] for o in rows], int),
               small | (np.array([o["visible"] for o in rows]) < MIN_VISIBLE))


def arrangements(folder):
    return [json.loads(f.read_text())["arrangement"] for f in sorted(folder.glob("*.json"))]


def run(model, pictures):
    out = []
    for im, gt, labels, ignore in pictures:
        boxes, scores, got = model(im)
        out.append({"gt": gt, "gt_labels": labels, "ignore": ignore, "boxes": boxes, "scores": scores, "labels": got})
    return out


def report(results, threshold, known, thresholds=None):
    out, aps, every = {}, [], []
    for c in known:
        scores, hits, pairs, total = score.match(results, INDEX[c])
        ap = score.average_precision(hits, total)
        if ap is None:
            continue
        aps.append(ap)
        believed = (thresholds or {}).get(c, threshold)
        every += [p for p in pairs if p[0] >= believed]
        recall, precision, at = score.recall_at_precision(scores, hits, total)
        out[c] = {"ap50": round(ap, 4), "truths": total, "recall_at_p70": round(recall, 4), "p70_threshold": at and round(at, 3),
                  **{k: v and round(v, 4) for k, v in score.at_threshold(scores, hits, total, believed).items()},
                  "threshold": believed, "box_noise": score.box_noise(pairs, believed)}
    return {"map50": round(float(np.mean(aps)), 4), "threshold": threshold, "classes": out, "box_noise": score.box_noise(every, 0)}


def main():
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("--model", type=Path, required=True)
    a.add_argument("--photos", type=Path)
    a.add_argument("--scenes", type=Path, default=ROOT / "tests" / "fixtures" / "scenes")
    a.add_argument("--others", type=Path)
    a.add_argument("--threshold", type=float, default=0.3)
    a.add_argument("--thresholds", type=Path, help="what thresholds.py wrote")
    a.add_argument("--inference", choices=tiled.INFERENCES, default="single")
    a.add_argument("--out", type=Path)
    o = a.parse_args()
    real_classes = [c for c in CLASSES if c not in ("coaster", "desk_mat")]
    thresholds = json.loads(o.thresholds.read_text()) if o.thresholds else None
    models = {o.model.stem: (runners.Ours(o.model), o.threshold, CLASSES)}
    if o.others:
        models["yolox_nano"] = (runners.YoloxNano(o.others / "yolox_nano.onnx"), 0.25, real_classes)
        models["deimv2_femto"] = (runners.Deim(o.others / "deimv2_hgnetv2_femto_coco.onnx"), 0.4, real_classes)
    full = {}
    for name, (model, threshold, known) in models.items():
        own = thresholds if name == o.model.stem else None
        full[name] = {"load_ms": round(model.load_ms, 1), "latency_1_thread": model.latency(),
                      "machine_load": round(os.getloadavg()[0], 1), "input": model.size}
        seen = tiled.inferring(o.inference, model)
        if o.photos:
            full[name]["real"] = report(run(seen, real_pictures(o.photos)), threshold, [c for c in known if c in real_classes], own)
        full[name]["rendered"] = report(run(seen, rendered_pictures(o.scenes)), threshold, known, own)
        for kind in ("real", "rendered"):
            r = full[name].get(kind)
            if r:
                print(f"{name} {kind} {o.inference}: mAP50 {r['map50']:.3f}  " + "  ".join(f"{c} {v['ap50']:.2f}" for c, v in r["classes"].items())
                      + f"  | mug recall at 70% precision {r['classes']['mug']['recall_at_p70']:.3f}", flush=True)
        if name == o.model.stem:
            desks = [row[0] for row in rendered_pictures(o.scenes)]
            photos = [row[0] for row in real_pictures(o.photos)] if o.photos else []
            full[name]["search"] = search.report(model, desks + photos, arrangements(o.scenes) + [None] * len(photos))
            print(f"{name}: {full[name]['search']}", flush=True)
        print(f"{name}: load {full[name]['load_ms']} ms, {full[name]['latency_1_thread']}", flush=True)
    if o.out:
        o.out.write_text(json.dumps(full, indent=1) + "\n")


if __name__ == "__main__":
    main()
