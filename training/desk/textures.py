"""Procedural 256x256 textures (sRGB-like, squared to linear when sampled) in named groups, with mip levels."""
import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SIZE = 256
LEVELS = 5


def smooth_noise(rng, cells_y, cells_x, octaves=4):
    out = np.zeros((SIZE, SIZE), np.float32)
    gain = 1.0
    for _ in range(octaves):
        cy, cx = min(SIZE, int(cells_y)), min(SIZE, int(cells_x))
        small = Image.fromarray(rng.random((max(1, cy), max(1, cx)), dtype=np.float32))
        out += gain * np.asarray(small.resize((SIZE, SIZE), Image.BICUBIC))
        cells_y, cells_x, gain = cells_y * 2, cells_x * 2, gain * 0.55
    return (out - out.min()) / (np.ptp(out) + 1e-6)


def colour(rng, low=0.1, high=0.95, saturation=1.0):
    c = rng.uniform(low, high, 3)
    return c.mean() + (c - c.mean()) * saturation


def _mix(a, b, t):
    return (np.asarray(a) * (1 - t[..., None]) + np.asarray(b) * t[..., None])


def wood(rng):
    base = np.array([[0.78, 0.6, 0.42], [0.6, 0.42, 0.27], [0.42, 0.27, 0.17], [0.86, 0.74, 0.58], [0.3, 0.2, 0.14],
                     [0.7, 0.5, 0.36], [0.9, 0.84, 0.74]][rng.integers(7)]) * rng.uniform(0.85, 1.1)
    grain = smooth_noise(rng, rng.integers(16, 60), 2)
    rings = 0.5 + 0.5 * np.sin((smooth_noise(rng, 3, 1, 3) * rng.uniform(8, 30) + np.linspace(0, 6, SIZE)[:, None]))
    t = 0.55 * grain + 0.45 * rings
    img = _mix(base * rng.uniform(0.55, 0.85), base, t)
    planks = rng.integers(0, 6)
    if planks > 1:
        for k in range(planks):
            a, b = k * SIZE // planks, (k + 1) * SIZE // planks
            img[a:b] *= rng.uniform(0.8, 1.1)
            img[a:a + 1] *= 0.5
    return img


def stone(rng):
    a, b = colour(rng, 0.3, 0.95, 0.2), colour(rng, 0.2, 0.9, 0.2)
    n = smooth_noise(rng, 5, 5, 6)
    veins = np.abs(smooth_noise(rng, 4, 4, 5) - 0.5) < rng.uniform(0.01, 0.04)
    img = _mix(a, (a + b) / 2, n)
    img[veins] = img[veins] * 0.6 + b * 0.4
    return img


def fabric(rng):
    a = colour(rng, 0.08, 0.85, rng.uniform(0.2, 1))
    y, x = np.mgrid[:SIZE, :SIZE]
    p = rng.integers(2, 6)
    weave = 0.5 + 0.25 * np.sin(2 * np.pi * x / p) + 0.25 * np.sin(2 * np.pi * y / p)
    return a * (0.8 + 0.2 * weave[..., None]) * (0.85 + 0.3 * smooth_noise(rng, 6, 6)[..., None])


def pattern(rng):
    a, b, c = colour(rng), colour(rng), colour(rng)
    im = Image.new("RGB", (SIZE, SIZE), tuple((a * 255).astype(int)))
    d = ImageDraw.Draw(im)
    kind = rng.integers(6)
    cb, cc = tuple((b * 255).astype(int)), tuple((c * 255).astype(int))
    step = int(rng.integers(12, 64))
    for k in range(0, SIZE, step):
        if kind == 0:
            d.rectangle([k, 0, k + step * rng.uniform(0.2, 0.6), SIZE], fill=cb)
        elif kind == 1:
            d.rectangle([0, k, SIZE, k + step * rng.uniform(0.2, 0.6)], fill=cb)
        elif kind == 2:
            for j in range(0, SIZE, step):
                r = step * 0.3
                d.ellipse([k, j, k + 2 * r, j + 2 * r], fill=cb if (k + j) // step % 2 else cc)
        elif kind == 3:
            for j in range(0, SIZE, step):
                if (k // step + j // step) % 2:
                    d.rectangle([k, j, k + step, j + step], fill=cb)
        elif kind == 4:
            x, y, r = rng.integers(0, SIZE), rng.integers(0, SIZE), rng.integers(10, 50)
            d.ellipse([x - r, y - r, x + r, y + r], fill=tuple((colour(rng) * 255).astype(int)))
        else:
            d.line([k, 0, SIZE - k, SIZE], fill=cb, width=int(rng.integers(2, 9)))
    return np.asarray(im, np.float32) / 255


def mug_print(rng):
    kind = rng.random()
    if kind < 0.3:
        return pattern(rng)
    base = colour(rng, 0.6, 1, 0.5) if rng.random() < 0.65 else colour(rng, 0.05, 0.8)
    im = Image.new("RGB", (SIZE, SIZE), tuple((base * 255).astype(int)))
    d = ImageDraw.Draw(im)
    ink = tuple((colour(rng) * 255).astype(int))
    x0 = int(rng.integers(20, 120))
    if kind < 0.65:
        words(rng, d, x0, 70, x0 + int(rng.integers(50, 110)), 190, ink, line=int(rng.integers(12, 34)))
    elif kind < 0.85:
        for _ in range(int(rng.integers(2, 6))):
            r, x, y = rng.integers(12, 45), x0 + rng.integers(0, 60), rng.integers(90, 170)
            shape = d.ellipse if rng.random() < 0.5 else d.rectangle
            shape([x - r, y - r, x + r, y + r], fill=tuple((colour(rng) * 255).astype(int)))
    else:
        y = int(rng.integers(20, 180))
        d.rectangle([0, y, SIZE, y + int(rng.integers(15, 90))], fill=ink)
    return np.asarray(im, np.float32) / 255


def words(rng, d, x0, y0, x1, y1, ink, line=9):
    for y in range(int(y0), int(y1) - line, line):
        x, end = x0, x0 + (x1 - x0) * rng.uniform(0.4, 1)
        while x < end:
            n = rng.uniform(0.6, 3.2) * line * 0.6
            d.rectangle([x, y, min(x + n, end), y + line * 0.5], fill=ink)
            x += n + line * 0.35


def screen(rng):
    dark = rng.random() < 0.4
    bg = colour(rng, 0.05, 0.2, 0.5) if dark else colour(rng, 0.85, 1, 0.3)
    im = Image.new("RGB", (SIZE, SIZE), tuple((bg * 255).astype(int)))
    d = ImageDraw.Draw(im)
    kind = rng.integers(5)
    if kind == 0:
        grad = _mix(colour(rng), colour(rng), smooth_noise(rng, 2, 2, int(rng.integers(1, 5))))
        im = Image.fromarray((np.clip(grad, 0, 1) * 255).astype(np.uint8))
        d = ImageDraw.Draw(im)
        for k in range(int(rng.integers(0, 8))):
            d.rectangle([10, 12 + k * 28, 26, 28 + k * 28], fill=tuple((colour(rng) * 255).astype(int)))
    else:
        for _ in range(int(rng.integers(1, 5))):
            x0, y0 = rng.integers(0, 150), rng.integers(0, 150)
            x1, y1 = x0 + rng.integers(60, 220), y0 + rng.integers(60, 200)
            w = colour(rng, 0.08, 0.25, 0.5) if dark else colour(rng, 0.8, 1, 0.3)
            d.rectangle([x0, y0, x1, y1], fill=tuple((w * 255).astype(int)))
            d.rectangle([x0, y0, x1, y0 + 9], fill=tuple((colour(rng, 0.2, 0.8) * 255).astype(int)))
            for _ in range(3):
                ink = colour(rng, 0.5, 1) if dark else colour(rng, 0, 0.5)
                words(rng, d, x0 + 6, y0 + 14, x1 - 6, y1 - 4, tuple((ink * 255).astype(int)), int(rng.integers(6, 14)))
    d.rectangle([0, 246, SIZE, SIZE], fill=tuple((colour(rng, 0.05, 0.9, 0.4) * 255).astype(int)))
    return np.asarray(im, np.float32) / 255


def cover(rng):
    im = Image.fromarray((np.clip(pattern(rng) if rng.random() < 0.4 else _mix(colour(rng), colour(rng), smooth_noise(rng, 2, 2, 2)), 0, 1) * 255).astype(np.uint8))
    d = ImageDraw.Draw(im)
    for _ in range(int(rng.integers(1, 3))):
        y = int(rng.integers(10, 190))
        words(rng, d, 20, y, 240, y + int(rng.integers(30, 60)), tuple((colour(rng, 0, 1) * 255).astype(int)), int(rng.integers(14, 34)))
    return np.asarray(im, np.float32) / 255


def paper(rng):
    im = Image.new("RGB", (SIZE, SIZE), tuple((colour(rng, 0.88, 1, 0.3) * 255).astype(int)))
    d = ImageDraw.Draw(im)
    ink = tuple((colour(rng, 0.05, 0.4) * 255).astype(int))
    y = 20
    while y < 220:
        h = int(rng.integers(20, 80))
        if rng.random() < 0.75:
            words(rng, d, 22, y, 236, min(240, y + h), ink, int(rng.integers(6, 10)))
        else:
            d.rectangle([30, y, int(rng.integers(90, 230)), min(240, y + h)], fill=tuple((colour(rng) * 255).astype(int)))
        y += h + 10
    return np.asarray(im, np.float32) / 255


def wall(rng):
    kind = rng.random()
    if kind < 0.5:
        c = colour(rng, 0.45, 0.95, 0.4)
        return c * (0.95 + 0.1 * smooth_noise(rng, 4, 4)[..., None])
    if kind < 0.7:
        c, s = colour(rng, 0.3, 0.9, 0.5), int(rng.integers(24, 64))
        y, x = np.mgrid[:SIZE, :SIZE]
        row = y // (s // 2)
        joint = ((y % (s // 2)) < 2) | (((x + (row % 2) * s // 2) % s) < 2)
        return np.where(joint[..., None], c * 0.7, c) * (0.85 + 0.3 * smooth_noise(rng, 8, 8)[..., None])
    img = np.ones((SIZE, SIZE, 3), np.float32) * colour(rng, 0.1, 0.8, 0.5)
    im = Image.fromarray((img * 255).astype(np.uint8))
    d = ImageDraw.Draw(im)
    for _ in range(int(rng.integers(8, 40))):
        x, y, w, h = rng.integers(-20, SIZE), rng.integers(-20, SIZE), rng.integers(8, 110), rng.integers(8, 110)
        d.rectangle([x, y, x + w, y + h], fill=tuple((colour(rng, 0.05, 0.9, 0.6) * 255).astype(int)))
    im = im.filter(ImageFilter.GaussianBlur(float(rng.uniform(0, 6))))
    return np.asarray(im, np.float32) / 255


GROUPS = {"wood": (wood, 26), "stone": (stone, 8), "fabric": (fabric, 14), "pattern": (pattern, 18),
          "mug": (mug_print, 30), "screen": (screen, 26), "cover": (cover, 30), "paper": (paper, 10), "wall": (wall, 16)}


def build_pool(seed: int, photos=()):
    """-> (uint8 [n, all levels flattened], {group: [indices]}); photos fill the group "photo"."""
    rng = np.random.default_rng(seed)
    images, index = [], {}
    for name, (make, count) in GROUPS.items():
        index[name] = list(range(len(images), len(images) + count))
        images += [(np.clip(make(rng), 0, 1) * 255).astype(np.uint8) for _ in range(count)]
    index["photo"] = list(range(len(images), len(images) + len(photos)))
    for path in photos:
        images.append(np.asarray(Image.open(path).convert("RGB").resize((SIZE, SIZE), Image.BILINEAR)))
    flat = []
    for im in images:
        levels, cur = [], im.astype(np.float32)
        for _ in range(LEVELS):
            levels.append(np.round(cur).astype(np.uint8).ravel())
            cur = (cur[::2, ::2] + cur[1::2, ::2] + cur[::2, 1::2] + cur[1::2, 1::2]) / 4
        flat.append(np.concatenate(levels))
    return np.stack(flat), index
