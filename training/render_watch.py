"""Renders what a camera over a desk sees while something happens, with the exact truth: frames and one truth.json each.

python render_watch.py --out DIR [--count 42] [--seed 700000] [--size 480]
"""
import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from desk import camera, drinkware, electronics, flat, picture, scene, textures, truth
from desk.examples import _mug, _open_laptop

KINDS = ["push", "take", "hidden", "light", "nudge", "second"]
FRAMES, EVERY_S, HAPPENS = 16, 5.0, 5  # from this frame on
HIDDEN = 3  # frames behind the hand
FAR, NEAR = 230.0, 45.0  # mm between mug and laptop


def desk(state):
    """state: gap of the first mug (None: it is not there), whether the second is there, how far the camera was nudged."""
    gap, second, nudge = state

    def arrange(lay):
        laptop = _open_laptop(lay, -160, 10)
        if laptop is None:
            raise FloatingPointError("no room for the laptop")
        mug, other = _mug(lay), _mug(lay)
        right = laptop.x + laptop.item.size[0] / 2
        lay.put(flat.paper(lay.rng, lay.mats), -420, -60, 0.2)
        lay.put(electronics.mouse(lay.rng, lay.mats), right + 110, -170, 0.1)
        lay.put(drinkware.glass(lay.rng, lay.mats), -430, 190)
        if gap is not None and lay.put(mug, right + mug.radius + gap, 20, -0.6) is None:
            raise FloatingPointError("no room for the mug")
        if second and lay.put(other, right + other.radius + NEAR, 190, 0.4) is None:
            raise FloatingPointError("no room for the second mug")
        return (40, 20), 430

    def aim(rng, focus, spread):
        el, az = np.radians(rng.uniform(36, 58)), -np.pi / 2 + rng.uniform(-0.3, 0.3)
        distance = spread * 1.2 / np.tan(np.radians(56) / 2)
        eye = np.array([focus[0] + np.cos(az) * np.cos(el) * distance, focus[1] + np.sin(az) * np.cos(el) * distance, np.sin(el) * distance])
        return camera.look_at(SIZE[0], SIZE[1], 56, eye, [focus[0] + nudge, focus[1] + nudge / 2, 30])

    return arrange, aim


SIZE = [480, 360]


def shots(kind):
    """-> state and what lies over the picture (hand, brightness), frame by frame."""
    before = {"push": (FAR, False, 0), "take": (NEAR, False, 0), "hidden": (NEAR, False, 0), "light": (FAR, False, 0),
              "nudge": (FAR, False, 0), "second": (FAR, False, 0)}[kind]
    after = {"push": (NEAR, False, 0), "take": (None, False, 0), "nudge": (FAR, False, 45), "second": (FAR, True, 0)}.get(kind, before)
    for k in range(FRAMES):
        hand = kind == "hidden" and HAPPENS <= k < HAPPENS + HIDDEN
        light = 1.0 if kind != "light" or k < HAPPENS else (0.55 if k < HAPPENS + 5 else 1.35)
        yield (before if k < HAPPENS else after), hand, light


def with_hand(pic, box, rng):
    """A forearm and a hand from the lower border over the box."""
    x1, y1, x2, y2 = box
    cx, cy, w, h = (x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1
    layer = Image.new("L", pic.size, 0)
    draw = ImageDraw.Draw(layer)
    draw.ellipse([cx - w * 0.85, cy - h * 0.75, cx + w * 0.85, cy + h * 0.75], fill=255)
    foot = cx + rng.uniform(-60, 60)
    draw.polygon([(cx - w * 0.5, cy), (cx + w * 0.5, cy), (foot + w * 0.7, pic.size[1]), (foot - w * 0.7, pic.size[1])], fill=255)
    layer = layer.filter(ImageFilter.GaussianBlur(1.2))
    tone = np.array([[198, 150, 124], [141, 98, 72], [224, 182, 158]][rng.integers(3)])
    shade = np.asarray(Image.effect_noise(pic.size, 18), np.float32)[..., None] - 128
    skin = Image.fromarray(np.clip(tone + shade, 0, 255).astype(np.uint8))
    return Image.composite(skin, pic, layer)


def photograph(linear, inv_z, light, seed, k):
    """The same camera each time: only its noise and the light differ."""
    pic = picture.develop(linear, inv_z, SIZE[0], SIZE[1], np.random.default_rng(seed), rough=0.15)
    rng = np.random.default_rng([seed, k])
    img = (np.asarray(pic, np.float32) / 255) ** 2.2 * light * np.exp(rng.normal(0, 0.01))
    img = np.clip(img + rng.normal(0, 0.006, img.shape), 0, 1) ** (1 / 2.2)
    return Image.fromarray((img * 255 + 0.5).astype(np.uint8))


def sequence(out, name, kind, seed, index, flat_textures):
    folder = out / name
    if (folder / "truth.json").exists():
        return True
    plan = list(shots(kind))
    rendered = {}
    for state in dict.fromkeys(s for s, _, _ in plan):
        arrange, aim = desk(state)
        sc = scene.compose(seed, index, SIZE[0], arrange, aim)
        w, d = sc.placed[0].item.size[:2]
        if w < 1250 or d < 680 or sc.placed[0].item.extras["round"]:
            return False
        image, ids, total, inv_z = scene.render(sc, flat_textures, 1.5, keys=5, skies=8, map_size=320)
        rendered[state] = (image, inv_z, truth.describe(sc, ids, total, ""))
    folder.mkdir(parents=True, exist_ok=True)
    frames = []
    for k, (state, hand, light) in enumerate(plan):
        image, inv_z, facts = rendered[state]
        pic = photograph(image, inv_z, light, seed, k)
        mug = next((o for o in facts["objects"] if o["class"] == "mug"), None)
        if hand:
            pic = with_hand(pic, mug["bbox"], np.random.default_rng(seed + 5))
        (folder / f"{k:02d}.jpg").write_bytes(picture.jpeg(pic, 88))
        frames.append({"file": f"{k:02d}.jpg", "s": k * EVERY_S, "state": list(rendered).index(state), "hand": hand, "light": light})
    scenes = [facts for _, _, facts in rendered.values()]
    (folder / "truth.json").write_text(json.dumps({"kind": kind, "seed": seed, "happens_s": HAPPENS * EVERY_S, "frames": frames, "scenes": scenes}) + "\n")
    return True


def main():
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("--out", type=Path, required=True)
    a.add_argument("--count", type=int, default=42)
    a.add_argument("--seed", type=int, default=700_000)
    a.add_argument("--size", type=int, default=480)
    o = a.parse_args()
    SIZE[:] = [o.size, o.size * 3 // 4]
    for n in range(o.count):
        flat_textures, index = textures.build_pool(o.seed + n // 12)
        kind = KINDS[n % len(KINDS)]
        for attempt in range(200):
            try:
                if sequence(o.out, f"{n:02d}-{kind}", kind, o.seed + 1000 * n + attempt, index, flat_textures):
                    break
            except FloatingPointError:
                continue
        print(f"{n:02d} {kind}", flush=True)


if __name__ == "__main__":
    main()
