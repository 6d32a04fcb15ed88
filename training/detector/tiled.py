"""Tiled inference on a picture: the whole, its mirror image and four overlapping quarters, fused. What src/vision/detect/views.ts
and fuse.ts do in the server, except that each quarter is scaled from the picture itself."""
import numpy as np
from PIL import ImageOps

from .score import iou_matrix

INFERENCES = ("single", "tiled")
QUARTER = 0.6  # of each side
SAME = 0.55  # boxes of different views that overlap by more are one object
MARGIN = 0.01  # of the longer side: a box that ends so near to a view's inner border is cut off there


class Tiled:
    """model: a runner of runners.py -> the same call, six runs."""

    def __init__(self, model):
        self.model, self.size = model, model.size

    def __call__(self, im):
        whole = (0, 0, im.width, im.height)
        boxes, scores, labels = self.model(ImageOps.mirror(im))
        mirrored = np.stack([im.width - boxes[:, 2], boxes[:, 1], im.width - boxes[:, 0], boxes[:, 3]], 1)
        sightings = [(whole, *self.model(im)), (whole, mirrored, scores, labels)]
        for window in quarters(im.width, im.height):
            boxes, scores, labels = self.model(im.crop(window))
            sightings.append((window, boxes + np.array(window[:2] * 2), scores, labels))
        return fuse(sightings, im.width, im.height)


def inferring(inference, model):
    return Tiled(model) if inference == "tiled" else model


def quarters(width, height):
    w, h = round(width * QUARTER), round(height * QUARTER)
    return [(x, y, x + w, y + h) for y in (0, height - h) for x in (0, width - w)]


def held_whole(boxes, window, width, height):
    """boxes [n,4] -> bool [n]: not cut off by a border of the window that is no border of the picture."""
    left, top, right, bottom = window
    m = MARGIN * max(width, height)
    return (((left == 0) | (boxes[:, 0] >= left + m)) & ((top == 0) | (boxes[:, 1] >= top + m))
            & ((right == width) | (boxes[:, 2] <= right - m)) & ((bottom == height) | (boxes[:, 3] <= bottom - m)))


def fuse(sightings, width, height):
    """sightings: (window, boxes, scores, labels) per view, in pixels of the picture -> boxes, scores, labels, best first."""
    kept = [(b[k], s[k], c[k], np.full(k.sum(), v)) for v, (window, b, s, c) in enumerate(sightings)
            for k in [held_whole(b, window, width, height)]]
    boxes, scores, labels, views = map(np.concatenate, zip(*kept))
    out = []
    for label in np.unique(labels):
        rest = np.nonzero(labels == label)[0]
        rest = rest[np.argsort(-scores[rest], kind="stable")]
        while len(rest):
            near = iou_matrix(boxes[rest[:1]], boxes[rest])[0] > SAME
            near[0] = True
            best = {}
            for i in rest[near]:
                best.setdefault(views[i], i)
            rest, group = rest[~near], np.array(list(best.values()))
            box = (boxes[group] * scores[group, None]).sum(0) / scores[group].sum()
            witnesses = sum(held_whole(box[None], window, width, height)[0] for window, *_ in sightings)
            out.append((scores[group].sum() / max(witnesses, len(group)), label, box))
    out.sort(key=lambda row: -row[0])
    return (np.array([b for *_, b in out]).reshape(-1, 4), np.array([s for s, *_ in out]), np.array([c for _, c, _ in out], int))
