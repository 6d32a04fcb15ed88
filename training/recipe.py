"""The whole recipe: render -> pack -> pretrain -> train -> export -> evaluate -> cards. Every step resumes where it stopped.

python training/recipe.py --work DIR --photos TRAINING [--eval-photos DESK60] [--others MODELS]
The same command runs on a GPU and on a CPU; only the defaults differ (see README.md beside this file).
"""
import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

import torch

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
UNSEEN = 7_000_000  # first seed of the scenes that thresholds are chosen on; training never gets there


def step(*command):
    print("+", " ".join(str(c) for c in command), flush=True)
    subprocess.run([sys.executable, *map(str, command)], check=True)


def main():
    gpu = torch.cuda.is_available()
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("--work", type=Path, required=True, help="scenes, packed data and checkpoints (several GB)")
    a.add_argument("--photos", type=Path, help="real photos: labels.json and images/")
    a.add_argument("--eval-photos", type=Path, help="annotations.json and pictures; never trained on")
    a.add_argument("--others", type=Path, help="folder of detectors to compare with")
    a.add_argument("--teacher", type=Path, help="yolox_nano.onnx, to match its features while training")
    a.add_argument("--scenes", type=int, default=20000 if gpu else 4000)
    a.add_argument("--render-minutes", type=float, default=8 if gpu else 60)
    a.add_argument("--pretrain-minutes", type=float, default=1.5 if gpu else 11)
    a.add_argument("--minutes", type=float, default=13 if gpu else 80, help="training time in all")
    a.add_argument("--start-from", type=Path, help="the last run's .pt or .onnx to go on from, instead of the backbone")
    a.add_argument("--stop-after", type=float, help="leave training after so many minutes of this run")
    a.add_argument("--size", type=int, default=384)
    a.add_argument("--out", type=Path, default=ROOT / "models" / "desk-detector.onnx")
    a.add_argument("--steps", default="render,pack,pretrain,train,export,evaluate")
    o = a.parse_args()
    todo, procs = o.steps.split(","), os.cpu_count()
    if "render" in todo:
        step(HERE / "render_scenes.py", "--out", o.work / "scenes", "--count", o.scenes, "--procs", procs,
             "--minutes", o.render_minutes, *(["--photos", o.photos] if o.photos else []))
    if "pack" in todo:
        step("-c", f"import sys; sys.path.insert(0, {str(HERE)!r}); from detector.pack import pack; "
                   f"print(pack({str(o.work / 'packed')!r}, [{str(o.work / 'scenes')!r}], {str(o.photos) if o.photos else None!r}), 'pictures')")
    backbone = o.work / "backbone.pt"
    if "pretrain" in todo and not backbone.exists():
        step(HERE / "pretrain.py", "--scenes", o.work / "scenes", "--out", backbone, "--minutes", o.pretrain_minutes,
             *(["--photos", o.photos] if o.photos else []))
    if "train" in todo:
        step(HERE / "train.py", "--data", o.work / "packed", "--checkpoints", o.work / "checkpoints", "--minutes", o.minutes,
             *(["--workers", procs - 1, "--threads", 4] if gpu else ["--processes", procs, "--workers", 0]),
             *(["--sizes", f"256:0.35,320:0.7,{o.size}:1"] if gpu else []),
             *(["--teacher", o.teacher] if o.teacher else []),
             *(["--start-from", o.start_from] if o.start_from else ["--backbone", backbone] if backbone.exists() else []), *(["--stop-after", o.stop_after] if o.stop_after else []))
    if "export" in todo:
        o.out.parent.mkdir(parents=True, exist_ok=True)
        step(HERE / "detector" / "export.py", "--checkpoint", o.work / "checkpoints" / "last.pt", "--out", o.out, "--size", o.size)
        shutil.copy(o.work / "checkpoints" / "log.jsonl", o.work / "training-log.jsonl")
    if "evaluate" in todo:
        step(HERE / "render_scenes.py", "--out", o.work / "unseen", "--count", 400, "--seed", UNSEEN, "--procs", procs,
             *(["--photos", o.photos] if o.photos else []))
        for inference, suffix in (("single", ""), ("tiled", "-tiled")):
            thresholds = o.work / f"thresholds{suffix}.json"
            step(HERE / "thresholds.py", "--model", o.out, "--scenes", o.work / "unseen", "--out", thresholds, "--inference", inference,
                 *(["--photos", o.photos] if o.photos else []))
            step(HERE / "evaluate.py", "--model", o.out, "--out", o.work / f"report{suffix}.json", "--thresholds", thresholds, "--inference", inference,
                 *(["--photos", o.eval_photos] if o.eval_photos else []), *(["--others", o.others] if o.others else []))
        step(HERE / "card.py", "--report", o.work / "report.json")


if __name__ == "__main__":
    main()
