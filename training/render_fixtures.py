"""Renders the committed pictures: tests/fixtures/scenes (200 scenes) and examples/ (five nicer desks), fixed seeds.

python training/render_fixtures.py [--only scenes|examples] [--procs 2]
"""
import argparse
import json
from multiprocessing import get_context
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
SCENES, FIRST_SEED, COUNT, SIZE = ROOT / "tests" / "fixtures" / "scenes", 500_000, 200, 480


def usable(truth, k):
    """Enough to see: two labelled things besides the table, and a mug in four of five scenes."""
    seen = [o for o in truth["objects"] if o["class"] != "table" and o["visible"] >= 0.3 and o["bbox"]
            and (o["bbox"][2] - o["bbox"][0]) * (o["bbox"][3] - o["bbox"][1]) > 150]
    return len(seen) >= 2 and (k % 5 == 0 or any(o["class"] == "mug" for o in seen))


def one_scene(k):
    from desk import picture, scene, textures, truth

    flat, index = textures.build_pool(FIRST_SEED + k // 20)
    for attempt in range(30):
        seed = FIRST_SEED + 100 * k + attempt
        sc = scene.compose(seed, index, SIZE)
        image, ids, total, inv_z = scene.render(sc, flat, 2.0, keys=8, skies=14)
        facts = truth.describe(sc, ids, total, f"scene_{k:03d}.jpg")
        if usable(facts, k):
            break
    pic = picture.develop(image, inv_z, sc.cam.width, sc.cam.height, np.random.default_rng(seed), rough=0.55)
    for quality in (82, 74, 66, 55, 45):
        data = picture.jpeg(pic, quality)
        if len(data) <= 22_000:
            break
    (SCENES / f"scene_{k:03d}.jpg").write_bytes(data)
    (SCENES / f"scene_{k:03d}.json").write_text(json.dumps(facts, separators=(",", ":")) + "\n")
    return k


def main():
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("--only", choices=["scenes", "examples"])
    a.add_argument("--procs", type=int, default=2)
    o = a.parse_args()
    if o.only != "examples":
        SCENES.mkdir(parents=True, exist_ok=True)
        with get_context("spawn").Pool(o.procs) as pool:
            for k in pool.imap_unordered(one_scene, range(COUNT), chunksize=10):
                if k % 20 == 0:
                    print(f"scene {k}", flush=True)
    if o.only != "scenes":
        from desk import examples

        examples.render_all(ROOT / "examples")


if __name__ == "__main__":
    main()
