"""Draws one plan (plan.py) with OpenCV."""
import cv2
import numpy as np

cv2.setNumThreads(0)


def draw(plan, store, S, rng):
    """-> u8 [S,S,3] RGB. store: gives the pixels of a row."""
    canvas = np.full((S, S, 3), 114, np.uint8)
    for tile in plan.tiles:
        place(canvas, store.image(store.index[tile.row]), tile)
    for p in plan.pastes:
        x1, y1, x2, y2 = p.box
        paste(canvas, store.image(store.index[p.row])[y1:y2, x1:x2], p)
    return colour(canvas, plan.colour, rng)


def place(canvas, image, tile):
    x0, y0, x1, y1 = tile.window
    if tile.mirror:
        image = image[:, ::-1]
    matrix = np.array([[tile.sx, 0, tile.tx - x0], [0, tile.sy, tile.ty - y0]], np.float32)
    if (tile.sx * tile.sy) ** 0.5 < 0.6:
        image = cv2.resize(np.ascontiguousarray(image), None, fx=tile.sx, fy=tile.sy, interpolation=cv2.INTER_AREA)
        matrix[0, 0] = matrix[1, 1] = 1.0
    canvas[y0:y1, x0:x1] = cv2.warpAffine(np.ascontiguousarray(image), matrix, (x1 - x0, y1 - y0), flags=cv2.INTER_LINEAR, borderValue=(114, 114, 114))


def paste(canvas, crop, p):
    x, y, w, h = p.target
    patch = cv2.resize(crop, (w, h), interpolation=cv2.INTER_AREA if w < crop.shape[1] else cv2.INTER_LINEAR)
    if p.mirror:
        patch = patch[:, ::-1]
    soft = np.minimum(np.minimum(np.arange(w), np.arange(w)[::-1])[None], np.minimum(np.arange(h), np.arange(h)[::-1])[:, None])
    alpha = np.clip((soft + 0.5) / (0.06 * min(w, h) + 1), 0, 1)[..., None]
    region = canvas[y:y + h, x:x + w]
    region[:] = (patch * alpha + region * (1 - alpha)).astype(np.uint8)


def colour(image, c, rng):
    if c.grey:
        image = np.repeat(image.mean(2, keepdims=True), 3, 2).astype(np.uint8)
    level = np.arange(256, dtype=np.float32) / 255
    lut = np.stack([np.clip((level ** c.gamma) * c.gain * t + c.lift, 0, 1) * 255 for t in c.tint], -1).astype(np.uint8)
    image = cv2.LUT(image, lut.reshape(1, 256, 3))
    if c.saturation != 1:
        grey = image.mean(2, keepdims=True)
        image = np.clip(grey + (image - grey) * c.saturation, 0, 255).astype(np.uint8)
    if c.blur:
        image = cv2.GaussianBlur(image, (0, 0), c.blur)
    if c.noise:
        image = np.clip(image + rng.normal(0, c.noise, image.shape), 0, 255).astype(np.uint8)
    return image
