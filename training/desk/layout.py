"""Puts items on a table: support, no overlap, everyday arrangements."""
from dataclasses import dataclass

import numpy as np

from . import clutter, drinkware, electronics, flat
from .item import Item


@dataclass
class Placed:
    item: Item
    x: float
    y: float
    z: float
    yaw: float
    id: str
    on: str

    def world(self, points):
        c, s = np.cos(self.yaw), np.sin(self.yaw)
        p = np.asarray(points, float)
        return np.stack([p[:, 0] * c - p[:, 1] * s + self.x, p[:, 0] * s + p[:, 1] * c + self.y], 1)

    def outline(self):
        return self.world(self.item.outline())


def overlap(a, b, margin):
    """Separating axes for two convex polygons; margin in mm."""
    for poly in (a, b):
        e = np.roll(poly, -1, 0) - poly
        n = np.stack([e[:, 1], -e[:, 0]], 1)
        n = n / np.maximum(np.linalg.norm(n, axis=1, keepdims=True), 1e-9)
        pa, pb = a @ n.T, b @ n.T
        if np.any((pa.min(0) > pb.max(0) + margin) | (pb.min(0) > pa.max(0) + margin)):
            return False
    return True


def inside(points, polygon):
    """All points inside a convex counter-clockwise polygon."""
    e = np.roll(polygon, -1, 0) - polygon
    d = points[:, None] - polygon[None]
    return bool(np.all(e[None, :, 0] * d[:, :, 1] - e[None, :, 1] * d[:, :, 0] >= -1e-6))


class Layout:
    def __init__(self, rng, mats, outline):
        self.rng, self.mats, self.table, self.placed = rng, mats, outline, []
        self.low, self.high = outline.min(0), outline.max(0)
        self.counts = {}

    def _id(self, item):
        name = item.cls or item.kind
        self.counts[name] = self.counts.get(name, 0) + 1
        return f"{name}_{self.counts[name]}"

    def _fits(self, cand, margin):
        """-> (z, support id) or None. Mats carry what lies wholly on them; nothing else may overlap."""
        hull = cand.outline()
        if not inside(hull, self.table):
            return None
        z, on = 0.0, "table"
        for other in self.placed:
            if other.item.cls == "desk_mat" and cand.item.cls != "desk_mat":
                if inside(hull, other.outline()):
                    z, on = other.item.top, other.id
                elif overlap(hull, other.outline(), 0):
                    return None
            elif overlap(hull, other.outline(), margin):
                return None
        return z, on

    def put(self, item, x, y, yaw=0.0, margin=4.0):
        cand = Placed(item, float(x), float(y), 0.0, float(yaw), "", "table")
        fit = self._fits(cand, margin)
        if fit is None:
            return None
        cand.z, cand.on, cand.id = fit[0], fit[1], self._id(item)
        self.placed.append(cand)
        return cand

    def scatter(self, item, centre=None, spread=None, yaw=None, tries=25, margin=4.0):
        rng = self.rng
        for _ in range(tries):
            if centre is None:
                x, y = rng.uniform(self.low, self.high)
            else:
                x, y = np.asarray(centre) + rng.normal(0, 1, 2) * spread
            got = self.put(item, x, y, rng.uniform(0, 2 * np.pi) if yaw is None else yaw + rng.normal(0, 0.15), margin)
            if got:
                return got
        return None

    def stack(self, item, support, jitter=4.0, yaw=None):
        """Stands an item on a placed one with a flat top."""
        rng = self.rng
        dx, dy = rng.normal(0, jitter, 2)
        p = Placed(item, support.x + dx, support.y + dy, support.z + support.item.top,
                   rng.uniform(0, 2 * np.pi) if yaw is None else yaw, self._id(item), support.id)
        self.placed.append(p)
        return p


def put_mug(lay, centre, spread, coaster_chance=0.3, saucer_chance=0.5):
    rng, mats = lay.rng, lay.mats
    item = drinkware.mug(rng, mats)
    k = rng.random()
    if item.kind in ("mug.teacup", "mug.espresso") and rng.random() < saucer_chance:
        base = drinkware.plate(rng, mats, item.extras["outer_diameter_mm"] * rng.uniform(1.45, 1.75))
        got = lay.scatter(base, centre, spread)
        return got and lay.stack(item, got, 2.0)
    if k < coaster_chance:
        base = flat.coaster(rng, mats)
        base.hull = base.outline() * 1.2
        got = lay.scatter(base, centre, spread)
        if got:
            got.item.hull = None
        return got and lay.stack(item, got)
    if k > 0.96:
        book = flat.book(rng, mats)
        if book.top:
            got = lay.scatter(book, centre, spread)
            return got and lay.stack(item, got, 15.0)
    return lay.scatter(item, centre, spread)


def _books(lay, centre, spread):
    rng, mats = lay.rng, lay.mats
    if rng.random() < 0.2:
        row = flat.upright_books(rng, mats)
        hull = np.concatenate([r.polygon for r in row])
        low, high = hull.min(0), hull.max(0)
        block = Item("row", row[0].mesh, (0, 0, 0), "book", polygon=np.array([[high[0], high[1]], [low[0], high[1]], [low[0], low[1]], [high[0], low[1]]]))
        got = lay.scatter(block, centre, spread, yaw=0)
        if got:
            lay.placed.pop()
            lay.counts["book"] -= 1
            for r in row:
                lay.placed.append(Placed(r, got.x, got.y, got.z, got.yaw, lay._id(r), got.on))
        return
    got = lay.scatter(flat.book(rng, mats), centre, spread)
    while got and got.item.top and rng.random() < 0.4:
        nxt = flat.book(rng, mats)
        if not nxt.top or nxt.size[0] > got.item.size[0] * 1.1:
            break
        got = lay.stack(nxt, got, 8, got.yaw + rng.normal(0, 0.2))


def fill(lay, kind):
    """-> point of interest and half extent (mm) for the camera."""
    rng, mats = lay.rng, lay.mats
    half = (lay.high - lay.low) / 2
    focus = np.array([rng.uniform(-0.45, 0.45) * half[0], rng.uniform(-0.35, 0.1) * half[1]])
    spread = np.array([300.0, 200.0])
    if kind == "laptop":
        if rng.random() < 0.35:
            lay.scatter(flat.desk_mat(rng, mats, False), focus, [30, 20], yaw=0)
        lay.scatter(electronics.laptop(rng, mats), focus, [40, 40], yaw=rng.normal(0, 0.2))
        if rng.random() < 0.12:
            lay.scatter(electronics.laptop(rng, mats), focus, spread * 2)
        if rng.random() < 0.2:
            lay.scatter(electronics.monitor(rng, mats), focus + [rng.choice([-1, 1]) * 400, 150], [80, 60], yaw=0)
        if rng.random() < 0.3:
            lay.scatter(electronics.keyboard(rng, mats), focus + [0, -230], [80, 40], yaw=0)
    elif kind == "monitor":
        focus[1] = -0.1 * half[1]
        lay.scatter(electronics.monitor(rng, mats), focus + [0, half[1] * 0.7], [60, 30], yaw=0)
        if rng.random() < 0.3:
            lay.scatter(electronics.monitor(rng, mats), focus + [rng.choice([-1, 1]) * 620, half[1] * 0.6], [60, 30], yaw=0)
        if rng.random() < 0.5:
            lay.scatter(flat.desk_mat(rng, mats, False), focus + [60, -60], [40, 30], yaw=0)
        lay.scatter(electronics.keyboard(rng, mats), focus + [0, -50], [40, 40], yaw=0)
    elif kind == "meal":
        for _ in range(int(rng.integers(1, 4))):
            got = lay.scatter(drinkware.plate(rng, mats), focus, spread)
            if got and rng.random() < 0.6:
                lay.put(clutter.cutlery(rng, mats), got.x + got.item.size[0] / 2 + 25, got.y, rng.normal(0, 0.1))
            if got and rng.random() < 0.2:
                lay.stack(drinkware.bowl(rng, mats), got, 4)
    want = {"laptop": dict(mouse=.55, phone=.4, paper=.5, pen=.4, mug=1.2, glass=.25, bottle=.3, books=.35, bowl=.06, coaster=.3, pad=.3, other=1.0),
            "monitor": dict(mouse=.9, phone=.4, paper=.5, pen=.4, mug=1.1, glass=.2, bottle=.35, books=.35, bowl=.06, coaster=.3, pad=.25, other=1.2),
            "meal": dict(mouse=.03, phone=.3, paper=.15, pen=.08, mug=1.5, glass=1.0, bottle=.7, books=.25, bowl=.9, coaster=.4, pad=.0, other=1.0),
            "random": dict(mouse=.6, phone=.7, paper=.6, pen=.5, mug=1.6, glass=.6, bottle=.6, books=.8, bowl=.4, coaster=.6, pad=.3, other=1.5)}[kind]
    if kind == "random":
        for make in (electronics.laptop, electronics.keyboard, electronics.monitor):
            if rng.random() < 0.35:
                lay.scatter(make(rng, mats), focus, spread)
        if rng.random() < 0.3:
            lay.scatter(flat.desk_mat(rng, mats), focus, spread)
    if rng.random() < want["pad"]:
        lay.scatter(flat.desk_mat(rng, mats, True), focus + [rng.uniform(200, 380), -60], [50, 40], yaw=0)
    side = focus + np.array([rng.choice([1, 1, -1]) * rng.uniform(250, 330), -40])
    makers = {"mouse": lambda: lay.scatter(electronics.mouse(rng, mats), side if kind != "random" else focus, [50, 50], yaw=rng.normal(0, 0.3)),
              "phone": lambda: lay.scatter(electronics.phone(rng, mats), focus, spread),
              "paper": lambda: lay.scatter(flat.paper(rng, mats), focus, spread),
              "pen": lambda: lay.scatter(clutter.pen(rng, mats), focus, spread),
              "glass": lambda: lay.scatter(drinkware.glass(rng, mats), focus, spread),
              "bowl": lambda: lay.scatter(drinkware.bowl(rng, mats), focus, spread),
              "coaster": lambda: lay.scatter(flat.coaster(rng, mats), focus, spread),
              "mug": lambda: put_mug(lay, focus, spread),
              "books": lambda: _books(lay, focus, spread * 1.2),
              "bottle": lambda: lay.scatter(drinkware.lying(drinkware.bottle(rng, mats), rng) if rng.random() < 0.08 else drinkware.bottle(rng, mats), focus, spread * 1.1),
              "other": lambda: lay.scatter(rng.choice([clutter.plant, clutter.pen_pot, clutter.fruit, clutter.lamp, clutter.headphones, clutter.glasses_case, clutter.cloth, flat.carton, electronics.remote, electronics.speaker, drinkware.vase, drinkware.plate])(rng, mats), focus, spread * 1.3)}
    for name in ("mouse", "mug", "phone", "glass", "books", "bottle", "bowl", "coaster", "paper", "pen", "other"):
        for _ in range(rng.poisson(want[name])):
            makers[name]()
    return focus, float(rng.choice([rng.uniform(170, 300), rng.uniform(280, 480), rng.uniform(450, 700)], p=[0.25, 0.5, 0.25]))
