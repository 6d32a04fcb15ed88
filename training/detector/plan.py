"""What a training picture is made of: mosaic, scale and crop, mirror, pasted cut-outs, colour. Numbers only: augment.py
draws a plan with OpenCV, canvas.py draws a batch of them with PyTorch."""
from dataclasses import dataclass, field

import numpy as np

from desk.classes import CLASSES, INDEX

RENDERED_BOOST = {"desk_mat": 2.2, "coaster": 1.8, "book": 1.8, "glass": 1.6, "bottle": 1.5, "phone": 1.2}
BOOST = {"mug": 3.0, "mouse": 3.0, "keyboard": 3.0, "laptop": 2.0, "monitor": 1.2, "phone": 1.2, "bottle": 1.2, "glass": 1.2, "bowl": 1.2}
PASTED = [INDEX[n] for n in ("mug", "mouse", "phone", "keyboard", "laptop")]


@dataclass
class Tile:
    """A picture, mirrored if so, scaled by (sx, sy), its corner at (tx, ty), seen through the window (x0, y0, x1, y1)."""
    row: int
    window: tuple
    sx: float
    sy: float
    tx: float
    ty: float
    mirror: bool


@dataclass
class Paste:
    """The cut-out (x1, y1, x2, y2) of a picture, drawn with a soft border at (x, y, width, height)."""
    row: int
    box: tuple
    target: tuple
    mirror: bool


@dataclass
class Colour:
    grey: bool
    gamma: float
    gain: float
    lift: float
    tint: np.ndarray
    saturation: float  # 1: as it is
    blur: float  # sigma in px, 0: none
    noise: float  # sigma in levels of 255, 0: none


@dataclass
class Plan:
    tiles: list
    colour: Colour
    boxes: np.ndarray
    labels: np.ndarray
    known: np.ndarray  # bool [S/8,S/8]: the cell shows a rendered scene, whose labels are complete
    pastes: list = field(default_factory=list)


class Planner:
    """Draws plans from rows {h, w, real, boxes f32 [n,4], labels i64 [n]}; `add` may bring more on the way."""

    def __init__(self, rows, real_share):
        self.rows, self.real_share = [], real_share
        self.which, self.weights, self.cumulative = {True: [], False: []}, {True: [], False: []}, {}
        self.cuts = []
        self.add(rows)

    def add(self, rows):
        names = {v: k for k, v in INDEX.items()}
        for r in rows:
            i, boost = len(self.rows), BOOST if r["real"] else RENDERED_BOOST
            self.rows.append(r)
            self.which[r["real"]].append(i)
            self.weights[r["real"]].append(max([0.25] + [boost.get(names[int(c)], 1.0) for c in r["labels"] if int(c) in names]))
            if r["real"]:
                cuts = [(i, k) for k, c in enumerate(r["labels"]) if c in PASTED and min(r["boxes"][k][2:] - r["boxes"][k][:2]) > 22]
                self.cuts += cuts + 2 * [c for c in cuts if r["labels"][c[1]] == INDEX["mug"]]
        for real in (True, False):
            total = np.cumsum(self.weights[real])
            self.cumulative[real] = total / total[-1] if len(total) else total

    def draw(self, rng):
        real = bool(self.which[True]) and (rng.random() < self.real_share or not self.which[False])
        return self.which[real][int(np.searchsorted(self.cumulative[real], rng.random(), side="right"))]

    def near(self, rng, r, window, scale):
        """Scale that shows one object of our classes large, and its number: most are tiny on real photos, none fills a rendered one."""
        weight = np.array([BOOST.get(CLASSES[c], 1.0) if c < len(CLASSES) and c != INDEX["table"] else 0.0 for c in r["labels"]])
        if not weight.any():
            return scale, None
        k = int(np.searchsorted(np.cumsum(weight) / weight.sum(), rng.random(), side="right"))
        side = max(r["boxes"][k][2:] - r["boxes"][k][:2])
        width, height = window[2] - window[0], window[3] - window[1]
        fit = min(width / r["w"], height / r["h"])
        wanted = np.exp(rng.uniform(np.log(0.12), np.log(0.75))) * min(width, height) / (side * fit)
        return float(np.clip(wanted, scale, 5.0 if scale < 5.0 else scale)), k

    def one(self, rng, S, late):
        known = np.ones((S // 8, S // 8), bool)
        if rng.random() < (0.15 if late else 0.3):
            c = [int(S * rng.uniform(0.35, 0.65)) // 8 * 8 for _ in range(2)]
            windows = [(0, 0, c[0], c[1]), (c[0], 0, S, c[1]), (0, c[1], c[0], S), (c[0], c[1], S, S)]
            scales = np.exp(rng.uniform(np.log(1.0), np.log(3.0), 4))
        else:
            windows, scales = [(0, 0, S, S)], [np.exp(rng.uniform(np.log(0.7), np.log(max(1.4, 430 / S)))) if rng.random() < 0.65 else 1.0]
        tiles, boxes, labels = [], [], []
        for window, scale in zip(windows, scales):
            i = self.draw(rng)
            r = self.rows[i]
            scale, focus = self.near(rng, r, window, scale) if rng.random() < (0.5 if r["real"] else 0.15) else (scale, None)
            tile, b, lab = place(i, r, window, rng, scale, focus)
            x0, y0, x1, y1 = window
            known[y0 // 8:(y1 + 7) // 8, x0 // 8:(x1 + 7) // 8] = not r["real"]
            tiles.append(tile)
            boxes.append(b.reshape(-1, 4))
            labels.append(lab)
        plan = Plan(tiles, colour(rng), np.concatenate(boxes).astype(np.float32), np.concatenate(labels), known)
        if self.cuts and rng.random() < (0.2 if late else 0.35):
            for _ in range(int(rng.integers(1, 4))):
                i, k = self.cuts[rng.integers(len(self.cuts))]
                paste(plan, i, self.rows[i], k, S, rng)
        return plan


def place(row, r, window, rng, scale, focus=None):
    """One picture in a window, with box number `focus` in sight -> tile, its boxes and labels there."""
    x0, y0, x1, y1 = window
    h, w, boxes, labels = r["h"], r["w"], r["boxes"], r["labels"]
    fit = min((x1 - x0) / w, (y1 - y0) / h) * scale
    squeeze = np.exp(rng.uniform(-0.12, 0.12))
    sx, sy = fit * squeeze, fit / squeeze
    mirror = bool(rng.random() < 0.5)
    if mirror and len(boxes):
        boxes = np.stack([w - boxes[:, 2], boxes[:, 1], w - boxes[:, 0], boxes[:, 3]], 1)
    slack_x, slack_y = (x1 - x0) - w * sx, (y1 - y0) - h * sy
    tx = x0 + slack_x * rng.uniform(0, 1)
    ty = y0 + slack_y * rng.uniform(0, 1)
    if focus is not None:
        bx1, by1, bx2, by2 = boxes[focus] * [sx, sy, sx, sy]
        tx = np.clip(x0 + rng.uniform(0, 1) * (x1 - x0 - (bx2 - bx1)) - bx1, *sorted((x0, x0 + slack_x)))
        ty = np.clip(y0 + rng.uniform(0, 1) * (y1 - y0 - (by2 - by1)) - by1, *sorted((y0, y0 + slack_y)))
    tile = Tile(row, window, float(sx), float(sy), float(tx), float(ty), mirror)
    if len(boxes) == 0:
        return tile, boxes, labels
    b = boxes * [sx, sy, sx, sy] + [tx, ty, tx, ty]
    c = b.copy()
    c[:, 0::2] = c[:, 0::2].clip(x0, x1)
    c[:, 1::2] = c[:, 1::2].clip(y0, y1)
    before = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    after = (c[:, 2] - c[:, 0]) * (c[:, 3] - c[:, 1])
    keep = (after > 0.25 * before) & (c[:, 2] - c[:, 0] > 3) & (c[:, 3] - c[:, 1] > 3)
    return tile, c[keep], labels[keep]


def paste(plan, row, r, k, S, rng):
    """Adds a cut-out on a free spot; boxes that it hides are left as they are only if little is hidden."""
    x1, y1, x2, y2 = (int(v) for v in r["boxes"][k])
    box = (max(0, x1), max(0, y1), min(r["w"], x2 + 1), min(r["h"], y2 + 1))
    width, height = box[2] - box[0], box[3] - box[1]
    side = rng.uniform(0.07, 0.32) * S
    scale = side / max(width, height)
    w, h = max(6, int(width * scale)), max(6, int(height * scale))
    if w >= S or h >= S:
        return
    x, y = int(rng.uniform(0, S - w)), int(rng.uniform(0, S - h))
    new, boxes = np.array([x, y, x + w, y + h], np.float32), plan.boxes
    if len(boxes):
        iw = np.minimum(boxes[:, 2], new[2]) - np.maximum(boxes[:, 0], new[0])
        ih = np.minimum(boxes[:, 3], new[3]) - np.maximum(boxes[:, 1], new[1])
        hidden = iw.clip(0) * ih.clip(0) / ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) + 1e-6)
        if (hidden > 0.25).any():
            return
    plan.pastes.append(Paste(row, box, (x, y, w, h), bool(rng.random() < 0.5)))
    plan.boxes = np.concatenate([boxes.reshape(-1, 4), new[None]])
    plan.labels = np.concatenate([plan.labels, [r["labels"][k]]])


def colour(rng):
    return Colour(
        grey=bool(rng.random() < 0.1), gamma=float(np.exp(rng.normal(0, 0.22))), gain=float(np.exp(rng.normal(0, 0.15))), lift=float(rng.normal(0, 0.04)),
        tint=np.exp(rng.normal(0, 0.07, 3)), saturation=float(rng.uniform(0.4, 1.5)) if rng.random() < 0.25 else 1.0,
        blur=float(rng.uniform(0.5, 1.5)) if rng.random() < 0.08 else 0.0, noise=float(rng.uniform(3, 14)) if rng.random() < 0.08 else 0.0)


def padded(plans):
    """-> boxes f32 [N,M,4], labels i64 [N,M], valid bool [N,M]."""
    most = max(1, max(len(p.boxes) for p in plans))
    boxes, labels = np.zeros((len(plans), most, 4), np.float32), np.zeros((len(plans), most), np.int64)
    valid = np.zeros((len(plans), most), bool)
    for k, p in enumerate(plans):
        n = len(p.boxes)
        boxes[k, :n], labels[k, :n], valid[k, :n] = p.boxes, p.labels, True
    return boxes, labels, valid
