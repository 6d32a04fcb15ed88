"""Where a training step's time goes on this device, part by part, for two minutes of thought before ten of training.

python training/time_steps.py --parcel PARCEL --out times.json [--batch 256] [--sizes 256,384] [--compile]
PARCEL: what pack_parcel.py made, with yolox_nano.onnx beside its folders.
"""
import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent))
from desk.classes import CLASSES, EXTRA  # noqa: E402
from detector import canvas, feed, restart, samples  # noqa: E402
from detector.loss import detection_loss  # noqa: E402
from detector.model import cells, to_boxes  # noqa: E402
from detector.muon import optimisers  # noqa: E402
from detector.plan import Planner, padded  # noqa: E402
from detector.teacher import Likeness, TorchTeacher, score_loss  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def timed(what, run, times, batch, count=6):
    for _ in range(2):
        result = run()
    wait()
    start = time.perf_counter()
    for _ in range(count):
        result = run()
    wait()
    times[what] = round((time.perf_counter() - start) / count * 1e3, 2)
    print(f"{what}: {times[what]} ms, {batch / times[what] * 1e3:.0f} pictures/s", flush=True)
    return result


def wait():
    if DEVICE == "cuda":
        torch.cuda.synchronize()


def measure(look, tag, S, B, store, teacher, model, rules, likeness, times):
    planner, rng = Planner(store.index, 0.5), np.random.default_rng(0)
    plans = [planner.one(rng, S, False) for _ in range(B)]
    flat = [torch.from_numpy(v) for v in canvas.flat(plans, planner.rows)]
    rendered = samples.rendered_cells(torch.from_numpy(np.stack([p.known for p in plans])), DEVICE)
    boxes, labels, valid = (torch.from_numpy(v).to(DEVICE) for v in padded(plans))
    weight, (points, strides) = torch.ones(len(CLASSES) + len(EXTRA), device=DEVICE), cells(S, DEVICE)
    x = timed(f"{tag} draw", lambda: canvas.draw(store.pool, B, S, *flat), times, B).contiguous(memory_format=torch.channels_last)
    features, objectness, scores = timed(f"{tag} teacher", lambda: teacher(x), times, B)
    if not likeness.spread.any():
        likeness.calibrate(features, S)

    def forward():
        with torch.autocast(DEVICE, dtype=torch.bfloat16, enabled=DEVICE == "cuda"):
            return look(x)

    def forward_backward():
        logits, dist, *_ = forward()
        (logits.float().mean() + dist.float().mean()).backward()

    def step():
        for p in model.parameters():
            p.grad = None
        logits, dist, _, classy = forward()
        logits, dist = logits.float(), dist.float()
        loss, _, norm = detection_loss(logits, dist, to_boxes(dist, points, strides), points, strides, boxes, labels, valid, samples.unknown_cells(rendered), weight, S)
        loss = loss + 4 * likeness([c.float() for c in classy], features, objectness, S) + score_loss(logits, scores, ~rendered, norm)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 10.0)
        for rule in rules:
            rule.step()

    timed(f"{tag} forward", forward, times, B)
    timed(f"{tag} forward and backward", forward_backward, times, B)
    timed(f"{tag} all but drawing and teacher", step, times, B)
    timed(f"{tag} optimisers", lambda: [rule.step() for rule in rules], times, B)


def main():
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("--parcel", type=Path, required=True)
    a.add_argument("--out", type=Path, required=True)
    a.add_argument("--batch", type=int, default=256)
    a.add_argument("--sizes", default="256,384")
    a.add_argument("--compile", action="store_true", help="the last size also with torch.compile")
    o = a.parse_args()
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = torch.backends.cudnn.benchmark = True
    times, sizes = {"device": torch.cuda.get_device_name() if DEVICE == "cuda" else "cpu", "batch": o.batch}, [int(s) for s in o.sizes.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        store = feed.Feed(o.parcel / "photos", o.parcel / "scenes", Path(folder) / "pictures.jsonl", 1000, DEVICE)
        model = restart.start_from(ROOT / "models" / "desk-detector.onnx", restart.pictures(store)).to(DEVICE, memory_format=torch.channels_last)
        likeness = Likeness(model.config["head"]).to(DEVICE)
        known = (store, TorchTeacher(o.parcel / "yolox_nano.onnx", DEVICE), model, optimisers(model, likeness, 1e-4), likeness, times)
        for S in sizes:
            measure(model.with_class_features, f"{S} px", S, o.batch, *known)
        if o.compile:
            start = time.time()
            measure(torch.compile(model.with_class_features), f"{sizes[-1]} px compiled", sizes[-1], o.batch, *known)
            times["compiled part, s"] = round(time.time() - start, 1)
    if DEVICE == "cuda":
        times["peak memory, GB"] = round(torch.cuda.max_memory_allocated() / 1e9, 1)
    o.out.write_text(json.dumps(times, indent=1) + "\n")


if __name__ == "__main__":
    main()
