"""What surrounds the table: top and legs, floor, walls, furniture, and the light that falls in."""
import numpy as np

from .classes import draw
from .item import Item
from .mesh import Mesh, box, circle, extrude, quad, round_rect, tube


def table(rng, mats):
    """-> (Item of class table with its top at z = 0, outline polygon in mm)."""
    thick = draw(rng, "table.thickness")
    if rng.random() < 0.2:
        outline = circle(draw(rng, "table.round.diameter") / 2, 64)
    else:
        outline = round_rect(draw(rng, "table.width"), draw(rng, "table.depth"), rng.choice([1, 4, 25, 60]))
    k = rng.random()
    repeat = mats.add((0.85, 0.85, 0.85), tex="wood", gloss=rng.choice([8, 30, 120]), noise=0.15, noise_mm=120)
    if k > 0.58:
        repeat = mats.add(np.full(3, rng.uniform(0.45, 0.85)) * rng.uniform(0.96, 1.04, 3), gloss=rng.choice([8, 40, 150]), noise=0.06, noise_mm=90)
    if k > 0.76:
        repeat = mats.add(mats.hue(0.01, 0.6, 0.6), gloss=rng.choice([8, 60, 200]), noise=0.15, noise_mm=60)
    if k > 0.87:
        repeat = mats.add((0.85, 0.85, 0.85), tex=rng.choice(["stone", "fabric", "pattern"]), gloss=rng.choice([5, 40, 200]))
    if k > 0.97 and mats.textures.get("photo"):
        repeat = mats.add((0.8, 0.8, 0.8), tex="photo", gloss=20)
    mesh = Mesh()
    extrude(mesh, outline, -thick, 0, repeat, bevel=min(3, thick / 4), bottom=True)
    low, high = outline.min(0), outline.max(0)
    height = rng.choice([rng.uniform(700, 780), rng.uniform(400, 500)], p=[0.8, 0.2])
    leg = repeat if rng.random() < 0.4 else mats.metal()
    for sx in (-1, 1):
        for sy in (-1, 1):
            x, y = sx * (high[0] - low[0]) * 0.42, sy * (high[1] - low[1]) * 0.4
            if len(outline) == 64:
                x, y = x * 0.6, y * 0.6
            box(mesh, (45, 45, height - thick), leg, (x, y, -height))
    w, d = high - low
    return Item("table", mesh, (w, d, height), "table", polygon=outline, extras={"round": len(outline) == 64}), height


def chair(rng, mats):
    mesh, mat = Mesh(), mats.plastic() if rng.random() < 0.6 else mats.add((0.7, 0.7, 0.7), tex="wood")
    w, seat, back = rng.uniform(400, 520), rng.uniform(430, 480), rng.uniform(780, 1100)
    box(mesh, (w, w, 50), mat, (0, 0, seat - 50))
    box(mesh, (w, 40, back - seat - 60), mats.add((0.8, 0.8, 0.8), tex="fabric") if rng.random() < 0.4 else mat, (0, w / 2, seat + 60))
    for x in (-1, 1):
        for y in (-1, 1):
            tube(mesh, [[x * w * 0.42, y * w * 0.42, 0], [x * w * 0.42, y * w * 0.42, seat]], 18, mat, seg=6)
    return mesh


def surroundings(rng, mats, top, height, camera):
    """Floor, walls on the far side of the camera, furniture. World frame: table top at z = 0."""
    mesh, eye = Mesh(), camera.eye
    floor = mats.add((0.7, 0.7, 0.7), tex=rng.choice(["wood", "stone", "fabric", "wall"]), gloss=rng.choice([5, 30]))
    s = 5000
    quad(mesh, [[-s, -s, -height], [s, -s, -height], [s, s, -height], [-s, s, -height]], floor, (9, 9), grid=8)
    w, d = top.size[0], top.size[1]
    near = rng.random() < 0.5
    back = d / 2 + (rng.uniform(5, 60) if near else rng.uniform(400, 3000))
    walls = [(np.array([0, 1.0]), back), (np.array([1.0, 0]), w / 2 + (rng.uniform(10, 150) if rng.random() < 0.25 else rng.uniform(500, 3500))),
             (np.array([-1.0, 0]), w / 2 + rng.uniform(500, 3500)), (np.array([0, -1.0]), d / 2 + rng.uniform(1500, 3500))]
    for normal, dist in walls:
        if eye[:2] @ normal > dist - 150:
            continue
        group = "photo" if mats.textures.get("photo") and rng.random() < 0.4 else "wall"
        wall = mats.add((0.8, 0.8, 0.8), tex=group, gloss=4)
        side = np.array([-normal[1], normal[0]])
        half, z0, z1 = 3600, -height, 2000
        c = normal * dist
        quad(mesh, [[*(c - side * half), z1], [*(c + side * half), z1], [*(c + side * half), z0], [*(c - side * half), z0]], wall,
             (rng.uniform(1, 4), rng.uniform(1, 2)) if group == "wall" else (2, 1), grid=8)
        for _ in range(int(rng.integers(0, 4))):
            u, z = rng.uniform(-1500, 1500), rng.uniform(100, 1100)
            pw, ph = rng.uniform(150, 900), rng.uniform(150, 700)
            p = c - normal * rng.uniform(4, 30)
            k = rng.random()
            if k < 0.3:
                pic = mats.add((1, 1, 1), emit=rng.uniform(1.5, 5))  # a window
            else:
                pic = mats.add((0.8, 0.8, 0.8), tex="photo" if mats.textures.get("photo") and rng.random() < 0.6 else rng.choice(["cover", "pattern", "wall"]), gloss=60)
            quad(mesh, [[*(p - side * (u + pw / 2)), z + ph], [*(p - side * (u - pw / 2)), z + ph], [*(p - side * (u - pw / 2)), z], [*(p - side * (u + pw / 2)), z]], pic)
    for _ in range(int(rng.integers(0, 4))):
        a, r = rng.uniform(0, 2 * np.pi), rng.uniform(1.0, 2.6)
        p = np.array([np.cos(a) * w * 0.5 * r, np.sin(a) * d * 0.6 * r])
        outside = abs(p[0]) > w / 2 + 300 or abs(p[1]) > d / 2 + 300
        if not outside or np.linalg.norm(p - eye[:2]) < 900 or p[1] > back - 300:
            continue
        c, s2 = np.cos(a + np.pi / 2 + rng.normal(0, 0.4)), np.sin(a + np.pi / 2 + rng.normal(0, 0.4))
        turn = np.array([[c, -s2, 0], [s2, c, 0], [0, 0, 1]])
        if rng.random() < 0.6:
            mesh.extend(chair(rng, mats), turn, (*p, -height))
        else:
            part = box(Mesh(), (rng.uniform(300, 900), rng.uniform(300, 600), rng.uniform(300, 1500)), mats.add((0.8, 0.8, 0.8), tex=rng.choice(["wood", "wall", "fabric"])))
            mesh.extend(part, turn, (*p, -height))
    return mesh


def environment(rng):
    """Equirectangular light, [sharp, blurred] x 32 x 64 x 3, z up."""
    h, w = 32, 64
    el = np.linspace(1, -1, h)[:, None, None]
    warm = np.array([1.0, rng.uniform(0.86, 1.0), rng.uniform(0.7, 1.05)])
    top, side, floor = rng.uniform(0.5, 1.2), rng.uniform(0.25, 0.8), rng.uniform(0.08, 0.3)
    base = np.where(el > 0, side + (top - side) * el, side + (side - floor) * el) * warm * np.ones((h, w, 1))
    for _ in range(int(rng.integers(1, 5))):
        y, x, hh, ww = rng.integers(2, 16), rng.integers(0, w), rng.integers(2, 7), rng.integers(3, 14)
        glow = rng.uniform(2, 9) * np.array([1.0, rng.uniform(0.85, 1.0), rng.uniform(0.7, 1.1)])
        base[y:y + hh, (x + np.arange(ww)) % w] = glow
    for _ in range(int(rng.integers(2, 9))):
        y, x, hh, ww = rng.integers(8, 26), rng.integers(0, w), rng.integers(2, 9), rng.integers(2, 12)
        base[y:y + hh, (x + np.arange(ww)) % w] *= rng.uniform(0.1, 0.8)
    soft = base.copy()
    for _ in range(10):
        soft = (np.roll(soft, 1, 1) + soft + np.roll(soft, -1, 1)) / 3
        soft = (np.concatenate([soft[:1], soft[:-1]]) + soft + np.concatenate([soft[1:], soft[-1:]])) / 3
    return np.stack([base, soft]).astype(np.float64)


def frame_of(direction):
    z = direction / np.linalg.norm(direction)
    x = np.cross([0.31, 0.9, 0.12], z)
    x /= np.linalg.norm(x)
    return np.stack([x, np.cross(z, x), z])


def lights(rng, env, keys=8, skies=14):
    """-> key rotations, key colours, sky rotations, sky colours (rows of a rotation: right, up, to the light)."""
    key_rot, key_col = [], []
    count = 1 if rng.random() < 0.6 else 2
    for k in range(count):
        el, az = np.radians(rng.uniform(25, 80)), rng.uniform(0, 2 * np.pi)
        d = np.array([np.cos(az) * np.cos(el), np.sin(az) * np.cos(el), np.sin(el)])
        spread = rng.choice([0.03, 0.12, 0.3])
        power = rng.uniform(0.3, 2.2) / (k + 1) * np.array([1.0, rng.uniform(0.85, 1.0), rng.uniform(0.7, 1.05)])
        n = keys if count == 1 else (keys * 5 // 8 if k == 0 else keys - keys * 5 // 8)
        for _ in range(n):
            q = d + rng.normal(0, spread, 3)
            q[2] = max(q[2], 0.15)
            key_rot.append(frame_of(q))
            key_col.append(power / n)
    sky_rot, sky_col = [], []
    for j in range(skies):
        z = 1 - (j + 0.5) / skies * 1.25  # golden spiral over the upper part and a little below the horizon
        a = j * 2.399963 + rng.uniform(0, 0.3)
        r = np.sqrt(max(0.0, 1 - z * z))
        d = np.array([r * np.cos(a), r * np.sin(a), z])
        v = int(np.clip((np.arccos(z) / np.pi) * env.shape[1], 0, env.shape[1] - 1))
        u = int((np.arctan2(d[1], d[0]) / (2 * np.pi) + 0.5) * env.shape[2]) % env.shape[2]
        sky_rot.append(frame_of(d))
        sky_col.append(env[1, v, u] * 2.2 / skies)
    return np.array(key_rot), np.array(key_col), np.array(sky_rot), np.array(sky_col)
