"""Trains the detector from random initialisation for a given time, on a GPU or a CPU; stops and resumes at will.

python models/training/train.py --data PACKED --checkpoints DIR --minutes 75
The learning rate, the picture size and the augmentation follow the share of --minutes that is used up, counted
over all runs with the same --checkpoints.
"""
import argparse
import copy
import json
import math
import multiprocessing as mp
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parent))
from desk.classes import CLASSES, EXTRA  # noqa: E402
from detector import restart, samples, together  # noqa: E402
from detector.loss import detection_loss  # noqa: E402
from detector.model import Detector, cells, still, to_boxes  # noqa: E402
from detector.muon import optimisers  # noqa: E402
from detector.pack import Store  # noqa: E402
from detector.teacher import Likeness  # noqa: E402


def options():
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("--data", type=Path, required=True)
    a.add_argument("--checkpoints", type=Path, required=True)
    a.add_argument("--minutes", type=float, default=75)
    a.add_argument("--stop-after", type=float, help="leave after so many minutes of this run, to resume later")
    a.add_argument("--batch", type=int, default=0, help="pictures per step and process; 0: 12 on a CPU, 192 on a GPU")
    a.add_argument("--rate", type=float, default=0.0, help="0: 0.0012 on a CPU, 0.004 on a GPU")
    a.add_argument("--sizes", default="192:0.3,256:0.75,320:1", help="picture size until that share of the time")
    a.add_argument("--real-share", type=float, default=0.5)
    a.add_argument("--backbone", type=Path, help="what pretrain.py made")
    a.add_argument("--start-from", type=Path, help="weights of an earlier run to go on from: its last.pt, or the exported .onnx")
    a.add_argument("--still-stem", action="store_true", help="the stem learns no more: forward and backward cost a quarter less")
    a.add_argument("--teacher", type=Path, help="yolox_nano.onnx: its features are matched beside the labels")
    a.add_argument("--teacher-weight", type=float, default=8.0, help="at the start; falls to a fifth")
    a.add_argument("--processes", type=int, default=1, help="on a CPU: one per core, with --workers 0, is quicker than threads")
    a.add_argument("--workers", type=int, default=1, help="per process; 0: it makes its pictures itself")
    a.add_argument("--threads", type=int, default=1)
    o = a.parse_args()
    if o.still_stem and not (o.start_from or (o.checkpoints / "last.pt").exists()):
        a.error("--still-stem needs weights that have learnt: --start-from, or checkpoints to resume")
    return o


def weights(store, extra=0.6):
    """Weight of a positive of each class: rare ones of ours count more, the extra classes less."""
    counts = torch.ones(len(CLASSES))
    for r in store.index:
        for c in r["labels"]:
            if c < len(counts):
                counts[int(c)] += 1
    ours = (counts.mean() / counts).pow(0.25).clamp(0.7, 2.0)
    return torch.cat([ours, torch.full((len(EXTRA),), extra)])


def train(rank, o):
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.set_num_threads(o.threads)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    batch = o.batch or (192 if device == "cuda" else 12)
    top_rate = o.rate or (4e-3 if device == "cuda" else 1.2e-3)
    sizes = [(int(s), float(u)) for s, u in (p.split(":") for p in o.sizes.split(","))]
    torch.manual_seed(1)
    store = Store(o.data)
    fresh = restart.start_from(o.start_from, restart.pictures(store)) if o.start_from else Detector(extra=len(EXTRA))
    model = fresh.to(device, memory_format=torch.channels_last)
    if o.backbone:
        model.load_state_dict(torch.load(o.backbone, map_location=device, weights_only=True), strict=False)
    ema = copy.deepcopy(model).eval()
    likeness = Likeness(model.config["head"]).to(device)
    learnt = [*model.parameters(), *likeness.parameters()]
    rules = optimisers(model, likeness, top_rate)
    o.checkpoints.mkdir(parents=True, exist_ok=True)
    path, step, used = o.checkpoints / "last.pt", 0, 0.0
    if path.exists():
        state = torch.load(path, map_location=device, weights_only=True)
        model.load_state_dict(state["model"])
        ema.load_state_dict(state["ema"])
        for rule, known in zip(rules, state["optimisers"]):
            rule.load_state_dict(known)
        likeness.load_state_dict(state["likeness"])
        step, used = state["step"], state["used"]
    size, progress = mp.Value("i", sizes[0][0]), mp.Value("d", used / (o.minutes * 60))
    stream = samples.Samples(store, batch, size, progress, o.real_share, seed=(step + 1, rank), teacher=o.teacher)
    loader = torch.utils.data.DataLoader(stream, batch_size=None, num_workers=o.workers, prefetch_factor=4 if o.workers else None,
                                         pin_memory=device == "cuda")
    stem = still(model.stem) if o.still_stem else None
    class_weight = weights(store).to(device)
    grids = {}
    log = open(o.checkpoints / ("log.jsonl" if rank == 0 else f"log.{rank}.jsonl"), "a")

    def save():
        if rank:
            return
        state = {"model": model.state_dict(), "ema": ema.state_dict(), "optimisers": [rule.state_dict() for rule in rules], "step": step, "used": used,
                 "config": model.config, "likeness": likeness.state_dict()}
        torch.save(state, path.with_suffix(".tmp"))
        path.with_suffix(".tmp").rename(path)

    start, base, last_save, sums, seen = time.time(), used, time.time(), [0.0] * 5, 0
    for image, known, gt, labels, valid, *taught in loader:
        now = time.time()
        used = base + now - start
        share = used / (o.minutes * 60)
        done = torch.tensor(float(share >= 1 or bool(o.stop_after and now - start > o.stop_after * 60)))
        together.add([done])
        if done > 0:
            break
        progress.value = share
        size.value = next((s for s, until in sizes if share < until), sizes[-1][0])
        rate = top_rate * min(1.0, (step + 1) / 100) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * share)))
        for g in (g for rule in rules for g in rule.param_groups):
            g["lr"] = rate
        S = image.shape[1]
        if S not in grids:
            grids[S] = cells(S, device)
        points, strides = grids[S]
        x = image.to(device, non_blocking=True).permute(0, 3, 1, 2).float().div_(255).contiguous(memory_format=torch.channels_last)
        gt, labels, valid = gt.to(device), labels.to(device), valid.to(device)
        with torch.autocast(device, dtype=torch.bfloat16, enabled=device == "cuda"):
            logits, dist, _, classy = model.with_class_features(x, stem)
        logits, dist = logits.float(), dist.float()
        unknown = samples.unknown_cells(known, device)
        loss, parts = detection_loss(logits, dist, to_boxes(dist, points, strides), points, strides, gt, labels, valid, unknown, class_weight, S)
        if taught:
            features, weight = (t.to(device, non_blocking=True) for t in taught)
            if not likeness.spread.any():
                likeness.calibrate(features, S)
                together.mean([likeness.mean, likeness.spread])
            alike = likeness([c.float() for c in classy], features, weight, S)
            loss, parts = loss + o.teacher_weight * (1 - 0.8 * share) * alike, (*parts, alike.item())
        for p in learnt:
            p.grad = None
        loss.backward()
        together.mean([p.grad for p in learnt if p.grad is not None])
        torch.nn.utils.clip_grad_norm_(model.parameters(), 10.0)
        for rule in rules:
            rule.step()
        step += 1
        keep = min(0.9995, (1 + step) / (20 + step)) if step > 3000 else min(0.998, (1 + step) / (10 + step))
        with torch.no_grad():
            for e, v in zip(ema.state_dict().values(), model.state_dict().values()):
                if e.dtype.is_floating_point:
                    e.lerp_(v, 1 - keep)
                else:
                    e.copy_(v)
        seen += len(image) * o.processes
        for k, v in enumerate((loss.item(), *parts)):
            sums[k] += v
        if step % 50 == 0:
            row = {"step": step, "share": round(share, 4), "size": S, "rate": round(rate, 6), "images_per_s": round(seen / (time.time() - start), 2),
                   "loss": [round(v / 50, 4) for v in sums]}
            log.write(json.dumps(row) + "\n")
            log.flush()
            if rank == 0:
                print(row, flush=True)
            sums = [0.0] * 5
        if time.time() - last_save > (60 if device == "cuda" else 180):
            save()
            last_save = time.time()
    save()
    if rank == 0:
        print(f"{step} steps, {used / 60:.1f} of {o.minutes} minutes on {device}", flush=True)


if __name__ == "__main__":
    given = options()
    together.start(train, given.processes, given)
