"""Training samples: mosaic, random scale and crop, pasted cups, mirror, colour, blur."""
import cv2
import numpy as np

from desk.classes import INDEX

cv2.setNumThreads(0)
PASTED = [INDEX[n] for n in ("mug", "mouse", "phone", "keyboard", "laptop")]


def place(canvas, known, image, boxes, labels, real, window, rng, scale, focus=None):
    """Warps one picture into window (x0, y0, x1, y1) of the canvas, with box number `focus` in sight; returns its boxes and
    labels there."""
    x0, y0, x1, y1 = window
    h, w = image.shape[:2]
    fit = min((x1 - x0) / w, (y1 - y0) / h) * scale
    squeeze = np.exp(rng.uniform(-0.12, 0.12))
    sx, sy = fit * squeeze, fit / squeeze
    if rng.random() < 0.5:
        image, boxes = image[:, ::-1], np.stack([w - boxes[:, 2], boxes[:, 1], w - boxes[:, 0], boxes[:, 3]], 1) if len(boxes) else boxes
    slack_x, slack_y = (x1 - x0) - w * sx, (y1 - y0) - h * sy
    tx = x0 + slack_x * rng.uniform(0, 1)
    ty = y0 + slack_y * rng.uniform(0, 1)
    if focus is not None:
        bx1, by1, bx2, by2 = boxes[focus] * [sx, sy, sx, sy]
        tx = np.clip(x0 + rng.uniform(0, 1) * (x1 - x0 - (bx2 - bx1)) - bx1, *sorted((x0, x0 + slack_x)))
        ty = np.clip(y0 + rng.uniform(0, 1) * (y1 - y0 - (by2 - by1)) - by1, *sorted((y0, y0 + slack_y)))
    matrix = np.array([[sx, 0, tx - x0], [0, sy, ty - y0]], np.float32)
    flags = cv2.INTER_AREA if fit < 0.5 else cv2.INTER_LINEAR
    if fit < 0.6:
        image = cv2.resize(np.ascontiguousarray(image), None, fx=sx, fy=sy, interpolation=cv2.INTER_AREA)
        matrix[0, 0] = matrix[1, 1] = 1.0
        flags = cv2.INTER_LINEAR
    part = cv2.warpAffine(np.ascontiguousarray(image), matrix, (x1 - x0, y1 - y0), flags=flags, borderValue=(114, 114, 114))
    canvas[y0:y1, x0:x1] = part
    known[y0 // 8:(y1 + 7) // 8, x0 // 8:(x1 + 7) // 8] = not real
    if len(boxes) == 0:
        return boxes, labels
    b = boxes * [sx, sy, sx, sy] + [tx, ty, tx, ty]
    c = b.copy()
    c[:, 0::2] = c[:, 0::2].clip(x0, x1)
    c[:, 1::2] = c[:, 1::2].clip(y0, y1)
    before = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    after = (c[:, 2] - c[:, 0]) * (c[:, 3] - c[:, 1])
    keep = (after > 0.25 * before) & (c[:, 2] - c[:, 0] > 3) & (c[:, 3] - c[:, 1] > 3)
    return c[keep].astype(np.float32), labels[keep]


def paste(canvas, boxes, labels, crop, label, rng):
    """A cut-out with a soft border on a free spot; boxes that it hides are left as they are only if little is hidden."""
    S = canvas.shape[0]
    side = rng.uniform(0.07, 0.32) * S
    k = side / max(crop.shape[:2])
    w, h = max(6, int(crop.shape[1] * k)), max(6, int(crop.shape[0] * k))
    if w >= S or h >= S:
        return boxes, labels
    x, y = int(rng.uniform(0, S - w)), int(rng.uniform(0, S - h))
    new = np.array([x, y, x + w, y + h], np.float32)
    if len(boxes):
        iw = np.minimum(boxes[:, 2], new[2]) - np.maximum(boxes[:, 0], new[0])
        ih = np.minimum(boxes[:, 3], new[3]) - np.maximum(boxes[:, 1], new[1])
        hidden = iw.clip(0) * ih.clip(0) / ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) + 1e-6)
        if (hidden > 0.25).any():
            return boxes, labels
    patch = cv2.resize(crop, (w, h), interpolation=cv2.INTER_AREA if k < 1 else cv2.INTER_LINEAR)
    if rng.random() < 0.5:
        patch = patch[:, ::-1]
    soft = np.minimum(np.minimum(np.arange(w), np.arange(w)[::-1])[None], np.minimum(np.arange(h), np.arange(h)[::-1])[:, None])
    alpha = np.clip((soft + 0.5) / (0.06 * min(w, h) + 1), 0, 1)[..., None]
    region = canvas[y:y + h, x:x + w]
    region[:] = (patch * alpha + region * (1 - alpha)).astype(np.uint8)
    return np.concatenate([boxes.reshape(-1, 4), new[None]]), np.concatenate([labels, [label]])


def colour(image, rng):
    if rng.random() < 0.1:
        image = np.repeat(image.mean(2, keepdims=True), 3, 2).astype(np.uint8)
    level = np.arange(256, dtype=np.float32) / 255
    gamma, gain, lift = np.exp(rng.normal(0, 0.22)), np.exp(rng.normal(0, 0.15)), rng.normal(0, 0.04)
    tint = np.exp(rng.normal(0, 0.07, 3))
    lut = np.stack([np.clip((level ** gamma) * gain * t + lift, 0, 1) * 255 for t in tint], -1).astype(np.uint8)
    image = cv2.LUT(image, lut.reshape(1, 256, 3))
    if rng.random() < 0.25:
        mix = rng.uniform(0.4, 1.5)
        grey = image.mean(2, keepdims=True)
        image = np.clip(grey + (image - grey) * mix, 0, 255).astype(np.uint8)
    if rng.random() < 0.08:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.5, 1.5))
    if rng.random() < 0.08:
        image = np.clip(image + rng.normal(0, rng.uniform(3, 14), image.shape), 0, 255).astype(np.uint8)
    return image
