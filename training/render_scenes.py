"""Renders training scenes: NAME.jpg files and one index of truth lines, resumable, any number of processes.

python render_scenes.py --out DIR --count 4000 [--seed 1000000] [--size 416] [--procs 2] [--photos DIR]
"""
import argparse
import json
import os
import time
from multiprocessing import get_context
from pathlib import Path

import numpy as np

CHUNK = 50  # scenes that share one texture pool; also the unit of resuming


def render_chunk(job):
    from desk import picture, scene, textures, truth

    out, first, count, size, scale, photos, deadline = job
    done = out / f"part_{first}.jsonl"
    if done.exists() or time.time() > deadline:
        return first, 0
    rng = np.random.default_rng(first)
    pick = [photos[i] for i in rng.choice(len(photos), min(24, len(photos)), replace=False)] if photos else []
    flat, index = textures.build_pool(first, pick)
    lines = []
    for seed in range(first, first + count):
        if time.time() > deadline:
            return first, 0
        try:
            sc = scene.compose(seed, index, size)
            image, ids, total, inv_z = scene.render(sc, flat, scale, keys=6, skies=10, map_size=320)
        except FloatingPointError as error:
            print(f"scene {seed} skipped: {error}", flush=True)
            continue
        pic = picture.develop(image, inv_z, sc.cam.width, sc.cam.height, np.random.default_rng(seed + 9))
        name = f"s{seed}.jpg"
        (out / name).write_bytes(picture.jpeg(pic, np.random.default_rng(seed).integers(45, 96)))
        lines.append(json.dumps(truth.describe(sc, ids, total, name)))
    temporary = done.with_suffix(".tmp")
    temporary.write_text("\n".join(lines) + "\n")
    temporary.rename(done)
    return first, len(lines)


def photos_without_our_classes(folder):
    """Real photos for walls, screens and prints: only those whose labels hold none of our classes."""
    from desk.classes import COCO_TO_OURS
    from detector import photos

    rows = [r for r in photos.rows(folder) if not any(int(b[4]) in COCO_TO_OURS for b in r["boxes"])]
    return [Path(folder) / "images" / r["file_name"] for r in rows]


def main():
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("--out", type=Path, required=True)
    a.add_argument("--count", type=int, default=4000)
    a.add_argument("--seed", type=int, default=1_000_000)
    a.add_argument("--size", type=int, default=416)
    a.add_argument("--scale", type=float, default=1.5)
    a.add_argument("--procs", type=int, default=os.cpu_count())
    a.add_argument("--photos", type=Path, help="folder with labels.json and images/")
    a.add_argument("--minutes", type=float, default=1e6, help="start nothing after that long")
    o = a.parse_args()
    o.out.mkdir(parents=True, exist_ok=True)
    photos = photos_without_our_classes(o.photos) if o.photos else []
    jobs = [(o.out, o.seed + k, min(CHUNK, o.count - k), o.size, o.scale, photos, time.time() + 60 * o.minutes) for k in range(0, o.count, CHUNK)]
    with get_context("spawn").Pool(o.procs) as pool:
        for first, n in pool.imap_unordered(render_chunk, jobs):
            print(f"part {first}: {n} scenes", flush=True)


if __name__ == "__main__":
    main()
