"""Flat things: books, coasters, desk mats, mouse pads, papers, notebooks."""
import numpy as np

from .classes import draw
from .item import Item, rect
from .mesh import Mesh, box, circle, extrude, quad, round_rect, tube


def book(rng, mats):
    length, t = draw(rng, "book.length"), draw(rng, "book.thickness")
    w = length * draw(rng, "book.width_ratio")
    mesh = Mesh()
    if rng.random() < 0.12:  # lying open
        page = mats.add((0.85, 0.84, 0.8), tex="paper")
        t = min(t, 18)
        k = np.linspace(0, 1, 9)
        z = t * (0.45 + 0.55 * np.sin(np.pi * (0.1 + 0.75 * (1 - k))))
        for side in (-1, 1):
            for a in range(8):
                x0, x1 = side * k[a] * w, side * k[a + 1] * w
                part = [[x0, length / 2, z[a]], [x1, length / 2, z[a + 1]], [x1, -length / 2, z[a + 1]], [x0, -length / 2, z[a]]]
                first = mesh.count
                quad(mesh, part, page)
                mesh.uv[-1] = np.c_[[k[a], k[a + 1], k[a], k[a + 1]], [0, 0, 1, 1]].astype(np.float32)
                assert mesh.count == first + 4
            quad(mesh, [[side * w, length / 2, z[-1]], [side * w, -length / 2, z[-1]], [side * w, -length / 2, 0], [side * w, length / 2, 0]], page)
        for y in (-1, 1):
            for a in range(8):
                for side in (-1, 1):
                    x0, x1 = side * k[a] * w, side * k[a + 1] * w
                    quad(mesh, [[x0, y * length / 2, 0], [x1, y * length / 2, 0], [x1, y * length / 2, z[a + 1]], [x0, y * length / 2, z[a]]], mats_page(mats))
        return Item("book.open", mesh, (2 * w, length, float(z.max())), "book", polygon=rect(2 * w, length))
    cover = mats.add((0.9, 0.9, 0.9), tex="cover", gloss=rng.uniform(8, 120))
    spine = mats.add(mats.hue(0.03, 0.7), gloss=20)
    pages = mats_page(mats)
    board = rng.uniform(0.4, 2.5)
    extrude(mesh, rect(w, length), 0, board, spine, bottom=True)
    extrude(mesh, rect(w - 5, length - 6, -1), board, t - board, pages)
    extrude(mesh, rect(w, length), t - board, t, cover, spine)
    quad(mesh, [[-w / 2, length / 2, t], [-w / 2, -length / 2, t], [-w / 2, -length / 2, 0], [-w / 2, length / 2, 0]], spine)
    return Item("book", mesh, (w, length, t), "book", polygon=rect(w, length), top=t)


def mats_page(mats):
    return mats.add((0.8, 0.78, 0.72), noise=0.25, noise_mm=1.5, gloss=5)


def upright_books(rng, mats):
    """A row of standing books; each is its own item, placed side by side by the caller."""
    row, x = [], 0.0
    for _ in range(int(rng.integers(3, 9))):
        item = book(rng, mats)
        while item.kind != "book":
            item = book(rng, mats)
        w, length, t = item.size
        stand = np.array([[0, 0, 1.0], [1.0, 0, 0], [0, 1.0, 0]])  # the spine (-x) looks to -y
        mesh = Mesh().extend(item.mesh, stand, (x, 0, length / 2))
        item.mesh, item.size, item.top, item.kind = mesh, (t, w, length), None, "book.upright"
        item.polygon = rect(t, w, x + t / 2, 0)
        row.append(item)
        x += t + rng.uniform(0, 2)
    for item in row:
        item.mesh = Mesh().extend(item.mesh, move=(-x / 2, 0, 0))
        item.polygon = item.polygon - [x / 2, 0]
    return row


def coaster(rng, mats):
    w, t = draw(rng, "coaster.width"), draw(rng, "coaster.thickness")
    k = rng.random()
    if k < 0.25:
        mat = mats.add((0.8, 0.75, 0.7), tex="wood", gloss=20)
    elif k < 0.45:
        mat = mats.add((0.48, 0.32, 0.18), noise=0.7, noise_mm=3, gloss=5)  # cork
    elif k < 0.6:
        mat = mats.add((0.8, 0.8, 0.8), tex="stone", gloss=30)
    elif k < 0.8:
        mat = mats.add((0.8, 0.8, 0.8), tex=rng.choice(["pattern", "cover", "mug"]), gloss=30)
    elif k < 0.9:
        mat = mats.add((0.8, 0.8, 0.8), tex="fabric", gloss=4)
    else:
        mat = mats.add(mats.hue(0.01, 0.5), gloss=10, bump=0.1, noise_mm=1)
    mesh = Mesh()
    if rng.random() < 0.6:
        extrude(mesh, circle(w / 2), 0, t, mat, bevel=min(1.0, t / 3))
        if rng.random() < 0.25:
            extrude(mesh, circle(w / 2 - 5), t, t + 0.4, mats.add(mats.hue(), gloss=10))
        return Item("coaster.round", mesh, (w, w, t), "coaster", radius=w / 2, top=t)
    outline = round_rect(w, w, rng.uniform(1, 20))
    extrude(mesh, outline, 0, t, mat, bevel=min(1.0, t / 3))
    return Item("coaster.square", mesh, (w, w, t), "coaster", polygon=outline, top=t)


def desk_mat(rng, mats, small=None):
    small = rng.random() < 0.35 if small is None else small
    name = "mouse_pad" if small else "desk_mat"
    w, d, t = draw(rng, f"{name}.width"), draw(rng, f"{name}.depth"), draw(rng, "desk_mat.thickness")
    k = rng.random()
    if k < 0.35:
        mat = mats.add(np.full(3, rng.uniform(0.008, 0.05)), gloss=6, bump=0.12, noise_mm=1)
    elif k < 0.6:
        mat = mats.add((0.9, 0.9, 0.9), tex="fabric", gloss=4)
    elif k < 0.8:
        mat = mats.add(mats.hue(0.03, 0.7), gloss=rng.uniform(4, 30), noise=0.2, noise_mm=25)
    elif k < 0.9:
        mat = mats.add((0.9, 0.9, 0.9), tex=rng.choice(["pattern", "cover"]), gloss=5)
    else:
        mat = mats.add((0.95, 0.95, 0.95), tex="photo" if mats.textures.get("photo") else "screen", gloss=5)
    mesh = Mesh()
    outline = round_rect(w, d, rng.uniform(2, 25))
    extrude(mesh, outline, 0, t, mat, bevel=min(0.8, t / 3))
    if rng.random() < 0.3 and not small:
        quad(mesh, np.c_[rect(w - 10, d - 10), np.full(4, t + 0.1)], mat)
    return Item("desk_mat.small" if small else "desk_mat", mesh, (w, d, t), "desk_mat", polygon=outline, top=t)


def paper(rng, mats):
    w, d = [(210, 297), (215.9, 279.4), (148, 210), (76, 76)][rng.choice(4, p=[0.5, 0.2, 0.15, 0.15])]
    tint = (0.85, 0.85, 0.84) if w > 100 else tuple(mats.hue(0.3, 0.85))
    mat = mats.add(tint, tex="paper" if w > 100 and rng.random() < 0.85 else None, gloss=4)
    mesh = Mesh()
    t = rng.uniform(0.3, 4) if w > 100 else rng.uniform(0.3, 9)
    extrude(mesh, rect(w, d), 0, t, mat, mats.add(tint, gloss=4))
    if rng.random() < 0.2 and w > 100:  # spiral notebook
        for k in range(18):
            a = np.linspace(0, 2 * np.pi, 9)
            y = -d / 2 + (k + 0.5) * d / 18
            tube(mesh, np.c_[-w / 2 + 4 * np.cos(a), np.full(9, y), t + 4 * np.sin(a)], 0.8, mats.metal() if k == 0 else len(mats.rows) - 1, seg=5)
    return Item("paper", mesh, (w, d, t), None, polygon=rect(w, d), top=t)


def carton(rng, mats):
    w, d, h = rng.uniform(40, 240), rng.uniform(40, 180), rng.uniform(20, 150)
    mesh = Mesh()
    box(mesh, (w, d, h), mats.add((0.85, 0.85, 0.85), tex=rng.choice(["cover", "pattern", "wood", "paper"]), gloss=20))
    return Item("box", mesh, (w, d, h), None, polygon=rect(w, d))
