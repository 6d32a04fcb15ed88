"""Laptops, keyboards, mice, phones, monitors and a few electronic distractors."""
import numpy as np

from .classes import draw
from .item import Item, rect
from .mesh import Mesh, box, circle, dome, extrude, lathe, quad, rot, round_rect, tube


def keys(mesh, mats, w, d, z, rows, rng, key_mat, height=3.0, cx=0.0, cy=0.0, numpad=False):
    """Key caps as low boxes; row widths vary like on a real board."""
    pitch = d / rows
    main = w * (0.78 if numpad else 1.0)
    for r in range(rows):
        y = cy + d / 2 - pitch * (r + 0.5)
        x, units = -w / 2, []
        if r == rows - 1:
            units = [1.2, 1.2, 1.2, 6.2, 1.2, 1.2, 1.2, 1.2]
        else:
            n = 14
            units = [1.0 + (0.35 * r if r else 0)] + [1.0] * (n - 2) + [1.6]
        scale = main / sum(units)
        for u in units:
            box(mesh, (u * scale - 2.2, pitch - 2.2, height), key_mat, (cx + x + u * scale / 2, y, z))
            x += u * scale
        if numpad:
            k = w * 0.19 / 4
            for j in range(4):
                box(mesh, (k - 2, pitch - 2.2, height), key_mat, (cx + w / 2 - k * (3.5 - j), y, z))


def screen_material(rng, mats):
    k = rng.random()
    if k < 0.18:
        return mats.add((0.01, 0.01, 0.012), gloss=200, f0=0.05)
    group = "photo" if mats.textures.get("photo") and rng.random() < 0.35 else "screen"
    return mats.add((1, 1, 1), tex=group, emit=rng.uniform(0.5, 1.6), gloss=120, f0=0.03)


def laptop(rng, mats):
    w = draw(rng, "laptop.width")
    d, t = w * draw(rng, "laptop.depth_ratio"), draw(rng, "laptop.thickness")
    body = mats.metal((0.55, 0.55, 0.56)) if rng.random() < 0.45 else mats.plastic()
    mesh = Mesh()
    outline = round_rect(w, d, rng.uniform(4, 16))
    closed = rng.random() < 0.15
    if closed:
        extrude(mesh, outline, 1, t * 0.6, body, bevel=1)
        extrude(mesh, outline, t * 0.62, t, body, bevel=2)
        if rng.random() < 0.6:
            r = rng.uniform(10, 20)
            extrude(mesh, circle(r, 20), t, t + 0.3, mats.metal())
        return Item("laptop.closed", mesh, (w, d, t), "laptop", polygon=outline, top=t, extras={"lid_angle_deg": 0.0})
    base = t * 0.62
    extrude(mesh, outline, 1, base, body, bevel=1)
    kw, kd = w * rng.uniform(0.84, 0.92), d * rng.uniform(0.4, 0.47)
    ky = d / 2 - kd / 2 - d * 0.1
    well = mats.plastic((0.02, 0.02, 0.02)) if rng.random() < 0.6 else body
    quad(mesh, np.c_[rect(kw, kd, 0, ky)[[2, 3, 0, 1]], np.full(4, base + 0.2)], well)
    keys(mesh, mats, kw - 4, kd - 4, base + 0.2, 6, rng, mats.plastic((0.02, 0.02, 0.022)) if rng.random() < 0.75 else mats.plastic(), 1.3, cy=ky)
    pad_w, pad_d = w * rng.uniform(0.28, 0.42), d * rng.uniform(0.28, 0.34)
    quad(mesh, np.c_[rect(pad_w, pad_d, 0, -d / 2 + pad_d / 2 + d * 0.05)[[2, 3, 0, 1]], np.full(4, base + 0.3)], mats.add((0.4, 0.4, 0.41), gloss=60))
    angle = np.radians(rng.uniform(88, 135))
    lid = Mesh()
    extrude(lid, outline, -t * 0.38, 0, body, bevel=1, bottom=True)
    frame = mats.plastic((0.012, 0.012, 0.013)) if rng.random() < 0.75 else body
    quad(lid, np.c_[rect(w - 4, d - 4)[[2, 3, 0, 1]], np.full(4, 0.3)], frame)
    sw, sd = w - rng.uniform(12, 30), d - rng.uniform(22, 50)
    corners = rect(sw, sd, 0, rng.uniform(0, 6))[[1, 0, 3, 2]]
    quad(lid, np.c_[corners, np.full(4, 0.6)], screen_material(rng, mats))
    opened = Mesh().extend(Mesh().extend(lid, move=(0, d / 2, 0)), rot("x", np.pi - angle))
    mesh.extend(opened, move=(0, d / 2 - 2, base))
    height = base + d * np.sin(angle)
    back = max(0.0, -np.cos(angle)) * d
    hull = np.array([[w / 2, d / 2 + back], [-w / 2, d / 2 + back], [-w / 2, -d / 2], [w / 2, -d / 2]])
    return Item("laptop.open", mesh, (w, d, height), "laptop", polygon=outline, hull=hull,
                extras={"lid_angle_deg": float(np.degrees(angle)), "base_height_mm": base})


def keyboard(rng, mats):
    full = rng.random() < 0.55
    kind = "full" if full else "compact"
    w, d = draw(rng, f"keyboard.{kind}.width"), draw(rng, f"keyboard.{kind}.depth")
    t = rng.uniform(6, 24)
    body = mats.metal() if rng.random() < 0.2 else mats.plastic()
    mesh = Mesh()
    tilt = rng.uniform(0, 0.07)
    part = Mesh()
    outline = round_rect(w, d, rng.uniform(3, 14))
    extrude(part, outline, 0, t, body, bevel=1.5, bottom=True)
    key = body if rng.random() < 0.25 else mats.plastic()
    keys(part, mats, w - rng.uniform(8, 20), d - rng.uniform(8, 22), t, rng.choice([5, 6]), rng, key, rng.uniform(1.5, 7), numpad=full)
    mesh.extend(part, rot("x", tilt), (0, 0, d / 2 * np.sin(tilt)))
    loose = Mesh()
    if rng.random() < 0.5:
        cable(loose, rng, mats, (rng.uniform(-w / 3, w / 3), d / 2, 4), rng.uniform(80, 260))
    return Item(f"keyboard.{kind}", mesh, (w, d, t + d * np.sin(tilt)), "keyboard", polygon=outline, loose=loose, extras={"layout": kind})


def cable(mesh, rng, mats, start, length, mat=None):
    n = 14
    k = np.linspace(0, 1, n)
    bend = rng.uniform(-0.6, 0.6)
    x = start[0] + length * bend * k ** 2 + 12 * np.sin(k * rng.uniform(3, 9))
    y = start[1] + length * k
    tube(mesh, np.c_[x, y, np.maximum(2.0, start[2] * (1 - k * 3))], 1.8, mats.plastic() if mat is None else mat, seg=6)


def mouse(rng, mats):
    length, w, h = draw(rng, "mouse.length"), draw(rng, "mouse.width"), draw(rng, "mouse.height")
    a, b = length / 2, w / 2
    power = rng.uniform(2.1, 2.8)
    peak = rng.uniform(-0.3, 0.1) * a

    def radius(ang):
        return (np.abs(np.cos(ang) / b) ** power + np.abs(np.sin(ang) / a) ** power) ** (-1 / power)

    def height(x, y, s):
        return h * (1 - s ** rng_power) ** 0.62 * (1 - 0.35 * ((y - peak) / a) ** 2)

    rng_power = rng.uniform(2.0, 3.4)
    mesh = Mesh()
    body = mats.plastic()
    dome(mesh, radius, height, body)
    if rng.random() < 0.75:
        wheel = mats.plastic((0.02, 0.02, 0.02))
        z = h * 0.78
        extrude(mesh, rect(6, 16, 0, a * 0.5), z * 0.4, z + 1.5, wheel)
        extrude(mesh, rect(1.2, a * 0.75, 0, a * 0.55), z * 0.3, z * 0.98, wheel)
    loose = Mesh()
    if rng.random() < 0.35:
        cable(loose, rng, mats, (0, a, 6), rng.uniform(100, 300), mats.plastic((0.02, 0.02, 0.02)))
    t = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    outline = np.stack([radius(t) * np.cos(t), radius(t) * np.sin(t)], 1)
    return Item("mouse", mesh, (w, length, h), "mouse", polygon=outline, loose=loose)


def phone(rng, mats):
    length, w, t = draw(rng, "phone.length"), draw(rng, "phone.width"), draw(rng, "phone.thickness")
    mesh = Mesh()
    outline = round_rect(w, length, rng.uniform(5, 14))
    case = mats.plastic() if rng.random() < 0.6 else mats.metal()
    if rng.random() < 0.68:
        extrude(mesh, outline, 0, t, case, bevel=1.2)
        k = rng.random()
        glassy = mats.add((0.006, 0.006, 0.007), f0=0.06, gloss=250) if k < 0.6 else screen_material(rng, mats)
        extrude(mesh, round_rect(w - 3, length - 3, 8), t, t + 0.3, mats.add((0.006, 0.006, 0.007), f0=0.06, gloss=250))
        extrude(mesh, round_rect(w - 6, length - rng.choice([6, 8, 30]), 5), t, t + 0.6, glassy)
        face = "up"
    else:
        back = mats.add(mats.hue(0.02, 0.8), f0=0.06, gloss=rng.uniform(20, 250), tex="pattern" if rng.random() < 0.2 else None)
        extrude(mesh, outline, 0, t, back, case, bevel=1.2)
        bump = round_rect(rng.uniform(18, 34), rng.uniform(18, 38), 6) + [w * 0.2, length / 2 - 26]
        extrude(mesh, bump, t, t + 2, mats.add((0.02, 0.02, 0.02), gloss=200))
        face = "down"
    return Item("phone", mesh, (w, length, t), "phone", polygon=outline, top=t, extras={"face": face})


def monitor(rng, mats):
    w = draw(rng, "monitor.width")
    h = w * draw(rng, "monitor.aspect")
    body = mats.plastic() if rng.random() < 0.7 else mats.metal()
    lift, thick = rng.uniform(60, 150), rng.uniform(18, 50)
    mesh, panel = Mesh(), Mesh()
    extrude(panel, round_rect(w, h, 6), -thick, 0, body, bevel=1, bottom=True)
    frame = rng.uniform(6, 26)
    quad(panel, np.c_[rect(w - 2, h - 2)[[2, 3, 0, 1]], np.full(4, 0.4)], mats.plastic((0.012, 0.012, 0.012)) if rng.random() < 0.7 else body)
    quad(panel, np.c_[rect(w - 2 * frame, h - 2 * frame)[[1, 0, 3, 2]], np.full(4, 0.8)], screen_material(rng, mats))
    lean = rng.uniform(-0.02, 0.2)
    mesh.extend(panel, rot("x", np.pi / 2 - lean), (0, 0, lift + h / 2))
    bw, bd = rng.uniform(180, 280), rng.uniform(140, 220)
    foot = circle(bw / 2, 32) if rng.random() < 0.3 else round_rect(bw, bd, rng.uniform(3, 60))
    extrude(mesh, foot, 0, rng.uniform(5, 14), body, bevel=2)
    box(mesh, (rng.uniform(35, 90), 18, lift + h * 0.35), body, (0, thick + 10, 0))
    hull = np.array([[w / 2, bd / 2], [-w / 2, bd / 2], [-w / 2, -bd / 2], [w / 2, -bd / 2]])
    return Item("monitor", mesh, (w, thick, lift + h), "monitor", polygon=foot, hull=hull, extras={"panel_height_mm": h})


def remote(rng, mats):
    w, length = rng.uniform(38, 56), rng.uniform(120, 210)
    mesh = Mesh()
    extrude(mesh, round_rect(w, length, 9), 0, 16, mats.plastic(), bevel=3)
    button = mats.plastic()
    for r in range(7):
        for c in range(3):
            box(mesh, (7, 6, 1.6), button, ((c - 1) * w * 0.28, length * 0.4 - r * length * 0.11, 16))
    return Item("remote", mesh, (w, length, 17), None, polygon=rect(w, length))


def speaker(rng, mats):
    w, d, h = rng.uniform(70, 150), rng.uniform(80, 150), rng.uniform(120, 260)
    mesh = Mesh()
    box(mesh, (w, d, h), mats.plastic())
    cone = lathe(Mesh(), [(w * 0.36, 0), (w * 0.36, 3), (w * 0.3, 2), (w * 0.1, -2), (0.01, 4)], mats.plastic((0.02, 0.02, 0.02)))
    mesh.extend(cone, rot("x", np.pi / 2), (0, -d / 2 - 0.5, h * 0.35))
    mesh.extend(cone, rot("x", np.pi / 2), (0, -d / 2 - 0.5, h * 0.72))
    return Item("speaker", mesh, (w, d, h), None, polygon=rect(w, d))
