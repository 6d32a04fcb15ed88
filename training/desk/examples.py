"""Five arranged desks whose answers are known: what a first-time user sees."""
import json

import numpy as np

from . import camera, clutter, drinkware, electronics, flat, picture, scene, textures, truth

WIDTH, HEIGHT = 960, 720


def _until(make, good):
    for _ in range(200):
        item = make()
        if good(item):
            return item
    raise RuntimeError("no such item")


def _open_laptop(lay, x, y, yaw=0.0):
    return lay.put(_until(lambda: electronics.laptop(lay.rng, lay.mats), lambda i: i.kind == "laptop.open" and i.extras["lid_angle_deg"] > 100), x, y, yaw)


def _mug(lay, kinds=("mug.classic", "mug.taper", "mug.barrel")):
    return _until(lambda: drinkware.mug(lay.rng, lay.mats), lambda i: i.kind in kinds)


def too_close(lay):
    rng, mats = lay.rng, lay.mats
    laptop = _open_laptop(lay, -60, 0)
    item = _mug(lay)
    lay.put(item, laptop.x + laptop.item.size[0] / 2 + item.radius + 62, -20, -0.6)
    lay.put(electronics.mouse(rng, mats), 330, -110, 0.1)
    lay.put(flat.paper(rng, mats), -390, -20, 0.2)
    lay.put(clutter.pen(rng, mats), -250, -170, 0.9, margin=0)
    lay.put(clutter.plant(rng, mats), 360, 190)
    lay.put(electronics.phone(rng, mats), 220, -190, 0.25)
    return (40, 0), 430


def all_fine(lay):
    rng, mats = lay.rng, lay.mats
    laptop = _open_laptop(lay, -130, 10)
    base = lay.put(flat.coaster(rng, mats), laptop.x + laptop.item.size[0] / 2 + 270, 30)
    lay.stack(_mug(lay), base, 1.5, -0.5)
    lay.put(electronics.mouse(rng, mats), 160, -110, 0.0)
    lay.put(_until(lambda: flat.book(rng, mats), lambda i: i.kind == "book"), -430, 40, 0.3)
    lay.put(clutter.pen_pot(rng, mats), 120, 220)
    return (20, 0), 470


def near_edge(lay):
    rng, mats = lay.rng, lay.mats
    _open_laptop(lay, -150, 60)
    item = _mug(lay)
    front = lay.low[1]
    lay.put(item, 210, front + item.radius + 16, 0.5)
    lay.put(_until(lambda: electronics.phone(rng, mats), lambda i: i.extras["face"] == "up"), 90, front + 180, 0.3)
    lay.put(flat.paper(rng, mats), 330, front + 330, -0.2)
    lay.put(clutter.fruit(rng, mats), 120, 180)
    return (80, front + 170), 400


def coaster_and_mat(lay):
    rng, mats = lay.rng, lay.mats
    lay.put(electronics.monitor(rng, mats), 0, 210)
    lay.put(flat.desk_mat(rng, mats, False), 0, -90)
    lay.put(electronics.keyboard(rng, mats), -90, -80)
    lay.put(electronics.mouse(rng, mats), 210, -90, 0.1)
    base = lay.put(flat.coaster(rng, mats), 430, 60, 0.2)
    lay.stack(_mug(lay), base, 1.5, -0.8)
    lay.put(_mug(lay), -450, 130, 3.6)
    lay.put(clutter.pen_pot(rng, mats), 420, 230)
    return (0, 10), 520


def shared_table(lay):
    rng, mats = lay.rng, lay.mats
    _open_laptop(lay, -280, -20, 0.1)
    _open_laptop(lay, 270, 40, -0.15)
    for x, y in ((0, -150), (20, 160), (-40, 30)):
        lay.put(_mug(lay), x, y, rng.uniform(0, 6))
    lay.put(_until(lambda: drinkware.glass(rng, mats), lambda i: i.kind == "glass.tumbler"), -480, 150)
    lay.put(drinkware.bottle(rng, mats), 40, 270)
    lay.put(drinkware.bowl(rng, mats), -60, 290)
    lay.put(electronics.phone(rng, mats), 130, -210, 0.6)
    return (0, 30), 560


DESKS = {"mug-too-close": (too_close, 11, 34), "all-fine": (all_fine, 12, 38), "mug-near-edge": (near_edge, 13, 42),
         "coaster-and-mat": (coaster_and_mat, 14, 36), "shared-table": (shared_table, 15, 44)}


def _aim(elevation):
    def aim(rng, focus, spread):
        el, az = np.radians(elevation), -np.pi / 2 + rng.uniform(-0.35, 0.35)
        distance = spread * 1.15 / np.tan(np.radians(56) / 2)
        eye = np.array([focus[0] + np.cos(az) * np.cos(el) * distance, focus[1] + np.sin(az) * np.cos(el) * distance, np.sin(el) * distance])
        return camera.look_at(WIDTH, HEIGHT, 56, eye, [focus[0], focus[1], 30], rng.normal(0, 0.01))
    return aim


def render_all(folder):
    folder.mkdir(parents=True, exist_ok=True)
    flat_textures, index = textures.build_pool(4242)
    for name, (arrange, wanted, elevation) in DESKS.items():
        seed = 900_000 + wanted * 1000
        while True:
            sc = scene.compose(seed, index, WIDTH, arrange, _aim(elevation))
            w, d = sc.placed[0].item.size[:2]
            if w >= 1300 and 690 <= d and not sc.placed[0].item.extras["round"] and len(sc.placed) >= 6:
                break
            seed += 1
        image, ids, total, inv_z = scene.render(sc, flat_textures, 2.0, keys=16, skies=28, map_size=768)
        facts = truth.describe(sc, ids, total, f"{name}.jpg")
        facts["arrangement"] = name
        pic = picture.develop(image, inv_z, WIDTH, HEIGHT, np.random.default_rng(3), rough=0.12)
        for quality in (90, 84, 76, 68):
            data = picture.jpeg(pic, quality)
            if len(data) <= 150_000:
                break
        (folder / f"{name}.jpg").write_bytes(data)
        (folder / f"{name}.json").write_text(json.dumps(facts, indent=1) + "\n")
        print(name, seed, len(data), flush=True)
