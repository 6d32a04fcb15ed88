"""Trains the detector from random initialisation for a given time, on a GPU or a CPU; stops and resumes at will.

python training/train.py --data PACKED --checkpoints DIR --minutes 75
python training/train.py --photos PHOTOS --scenes SCENES --checkpoints DIR --minutes 8
The second keeps all pictures in the GPU's memory, draws there, and takes up scenes that are rendered meanwhile. The
learning rate, the picture size and the augmentation follow the share of --minutes that is used up, counted over all runs
with the same --checkpoints.
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
from detector import feed, restart, samples, together  # noqa: E402
from detector.loss import detection_loss  # noqa: E402
from detector.model import Detector, cells, still, to_boxes  # noqa: E402
from detector.muon import optimisers  # noqa: E402
from detector.pack import Store  # noqa: E402
from detector.teacher import Likeness, score_loss  # noqa: E402


def options():
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("--data", type=Path, help="packed pictures, drawn on the CPU")
    a.add_argument("--photos", type=Path, help="in place of --data: photos, kept on the device and drawn there")
    a.add_argument("--scenes", type=Path, help="the same for rendered scenes; more may come while training")
    a.add_argument("--capacity", type=int, default=24000, help="most pictures kept on the device (0.8 MB each)")
    a.add_argument("--checkpoints", type=Path, required=True)
    a.add_argument("--minutes", type=float, default=75)
    a.add_argument("--stop-after", type=float, help="leave after so many minutes of this run, to resume later")
    a.add_argument("--batch", type=int, default=0, help="pictures per step and process; 0: 12 on a CPU, 256 on a GPU")
    a.add_argument("--rate", type=float, default=0.0, help="0: 0.0012 on a CPU, 0.0025 on a GPU")
    a.add_argument("--sizes", default="192:0.3,256:0.75,320:1", help="picture size until that share of the time")
    a.add_argument("--keep", type=float, default=0.999, help="of the averaged weights, per step")
    a.add_argument("--real-share", type=float, default=0.5)
    a.add_argument("--backbone", type=Path, help="what pretrain.py made")
    a.add_argument("--start-from", type=Path, help="weights of an earlier run to go on from: its last.pt, or the exported .onnx")
    a.add_argument("--still-stem", action="store_true", help="the stem learns no more: forward and backward cost a quarter less")
    a.add_argument("--teacher", type=Path, help="yolox_nano.onnx: its features are matched beside the labels")
    a.add_argument("--teacher-weight", type=float, default=8.0, help="at the start; falls to a fifth")
    a.add_argument("--score-weight", type=float, default=1.0, help="of the teacher's class scores on real photos")
    a.add_argument("--processes", type=int, default=1, help="on a CPU: one per core, with --workers 0, is quicker than threads")
    a.add_argument("--workers", type=int, default=1, help="per process; 0: it makes its pictures itself")
    a.add_argument("--threads", type=int, default=1)
    o = a.parse_args()
    if o.still_stem and not (o.start_from or (o.checkpoints / "last.pt").exists()):
        a.error("--still-stem needs weights that have learnt: --start-from, or checkpoints to resume")
    if bool(o.data) == bool(o.photos or o.scenes):
        a.error("give either --data or --photos and --scenes")
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
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = torch.backends.cudnn.benchmark = True
    batch = o.batch or (256 if device == "cuda" else 12)
    top_rate = o.rate or (2.5e-3 if device == "cuda" else 1.2e-3)
    sizes = [(int(s), float(u)) for s, u in (p.split(":") for p in o.sizes.split(","))]
    torch.manual_seed(1)
    o.checkpoints.mkdir(parents=True, exist_ok=True)
    store = Store(o.data) if o.data else feed.Feed(o.photos, o.scenes, o.checkpoints / "pictures.jsonl", o.capacity, device)
    fresh = restart.start_from(o.start_from, restart.pictures(store)) if o.start_from else Detector(extra=len(EXTRA))
    model = fresh.to(device, memory_format=torch.channels_last)
    if o.backbone:
        model.load_state_dict(torch.load(o.backbone, map_location=device, weights_only=True), strict=False)
    ema = copy.deepcopy(model).eval()
    likeness = Likeness(model.config["head"]).to(device)
    learnt = [*model.parameters(), *likeness.parameters()]
    rules = optimisers(model, likeness, top_rate)
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
    source = (samples if o.data else feed).batches(store, batch, size, progress, o.real_share, (step + 1, rank), o.workers, device, o.teacher)
    stem = still(model.stem) if o.still_stem else None
    class_weight = weights(store).to(device)
    grids, calibrated = {}, bool(likeness.spread.any())
    log = open(o.checkpoints / ("log.jsonl" if rank == 0 else f"log.{rank}.jsonl"), "a")

    def save():
        if rank:
            return
        learnt_so_far = {"model": model.state_dict(), "ema": ema.state_dict(), "config": model.config, "step": step}
        # weights.pt is what export.py and --start-from need, small enough to be sent home.
        for name, state in (("last.pt", {**learnt_so_far, "optimisers": [rule.state_dict() for rule in rules], "used": used, "likeness": likeness.state_dict()}),
                            ("weights.pt", learnt_so_far)):
            torch.save(state, o.checkpoints / f"{name}.tmp")
            (o.checkpoints / f"{name}.tmp").rename(o.checkpoints / name)

    averaged, kept = zip(*[(e, v) for e, v in zip(ema.state_dict().values(), model.state_dict().values()) if e.dtype.is_floating_point])
    start, base, last_save, sums, seen = time.time(), used, time.time(), torch.zeros(6, device=device), 0
    for x, rendered, gt, labels, valid, taught in source:
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
        S = x.shape[2]
        if S not in grids:
            grids[S] = cells(S, device)
        points, strides = grids[S]
        with torch.autocast(device, dtype=torch.bfloat16, enabled=device == "cuda"):
            logits, dist, _, classy = model.with_class_features(x.contiguous(memory_format=torch.channels_last), stem)
        logits, dist = logits.float(), dist.float()
        loss, parts, norm = detection_loss(logits, dist, to_boxes(dist, points, strides), points, strides, gt, labels, valid, samples.unknown_cells(rendered), class_weight, S)
        if taught:
            features, weight, scores = taught
            if not calibrated:
                likeness.calibrate(features, S)
                together.mean([likeness.mean, likeness.spread])
                calibrated = True
            alike = likeness([c.float() for c in classy], features, weight, S)
            told = score_loss(logits, scores, ~rendered, norm)
            loss = loss + o.teacher_weight * (1 - 0.8 * share) * alike + o.score_weight * told
            parts = (*parts, alike.detach(), told.detach())
        for p in learnt:
            p.grad = None
        loss.backward()
        together.mean([p.grad for p in learnt if p.grad is not None])
        torch.nn.utils.clip_grad_norm_(model.parameters(), 10.0)
        for rule in rules:
            rule.step()
        step += 1
        keep = min(o.keep, (1 + step) / (10 + step))
        with torch.no_grad():
            torch._foreach_lerp_(averaged, kept, 1 - keep)
        seen += len(x) * o.processes
        sums[:1 + len(parts)] += torch.stack([loss.detach(), *parts])
        if step % 50 == 0:
            row = {"step": step, "share": round(share, 4), "size": S, "rate": round(rate, 6), "images_per_s": round(seen / (time.time() - start), 2),
                   "loss": [round(v / 50, 4) for v in sums.tolist()]}
            if not math.isfinite(row["loss"][0]):
                raise FloatingPointError(f"the loss is {row['loss'][0]} after {step} steps")
            log.write(json.dumps(row) + "\n")
            log.flush()
            if rank == 0:
                print(row, flush=True)
            sums.zero_()
        if time.time() - last_save > (60 if device == "cuda" else 180):
            save()
            last_save = time.time()
    save()
    if rank == 0:
        print(f"{step} steps, {used / 60:.1f} of {o.minutes} minutes on {device}", flush=True)


if __name__ == "__main__":
    given = options()
    together.start(train, given.processes, given)
