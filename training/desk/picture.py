"""From linear light to a photograph: exposure, white balance, lens, noise, tone, JPEG."""
import io

import numpy as np
from PIL import Image, ImageFilter


def _shrink(image, width, height):
    planes = [np.asarray(Image.fromarray(np.ascontiguousarray(image[..., c])).resize((width, height), Image.BOX)) for c in range(3)]
    return np.stack(planes, -1)


def develop(image, inv_z, width, height, rng, rough=1.0):
    """rough scales the camera's defects: 1 for training, less for pictures that people look at. -> PIL image."""
    img = _shrink(np.minimum(image, 12.0), width, height)
    bright = np.percentile(img.mean(-1), 60) + 1e-4
    img = img * (0.24 / bright) * np.exp(rng.normal(0, 0.32 * rough))
    img *= np.exp(rng.normal(0, 0.08 * rough, 3))
    y, x = np.mgrid[:height, :width]
    r2 = ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) * 2
    img *= (1 - rng.uniform(0, 0.35) * r2 * rough)[..., None]
    if rng.random() < 0.6 * rough:
        full = rng.uniform(200, 4000)
        img = img + rng.normal(0, 1, img.shape) * np.sqrt(np.maximum(img, 0) / full + rng.uniform(0, 0.012) ** 2)
    img = np.maximum(img, 0)
    shoulder = rng.uniform(0.6, 1.4)
    img = np.where(img < 0.5, img, 0.5 + (1 - np.exp(-(img - 0.5) * 2 * shoulder)) / (2 * shoulder) * 1.1)
    img = np.clip(img, 0, 1) ** (1 / 2.2)
    if rng.random() < 0.4 * rough:
        img = np.clip((img - 0.5) * rng.uniform(0.75, 1.3) + 0.5, 0, 1)
    if rng.random() < 0.4 * rough:
        grey = img.mean(-1, keepdims=True)
        img = np.clip(grey + (img - grey) * rng.uniform(0.2, 1.5), 0, 1)
    pic = Image.fromarray((img * 255 + 0.5).astype(np.uint8))
    unit = max(width, height) / 416
    k = rng.random()
    if k < 0.3 * rough:
        pic = pic.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.3) * unit))
    elif k < 0.55 * rough:  # depth of field
        depth = np.asarray(Image.fromarray(inv_z.astype(np.float32)).resize((width, height), Image.BOX))
        focus = depth[int(height * rng.uniform(0.4, 0.8)), int(width * rng.uniform(0.2, 0.8))]
        amount = np.clip(np.abs(depth / max(focus, 1e-6) - 1) * rng.uniform(0.6, 2.2), 0, 1)
        soft = pic.filter(ImageFilter.GaussianBlur(rng.uniform(1, 3) * unit))
        mask = Image.fromarray((amount * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1.5 * unit))
        pic = Image.composite(soft, pic, mask)
    elif k < 0.62 * rough:
        n = int(rng.integers(2, 6) * unit)
        arr = np.asarray(pic, np.float32)
        axis = int(rng.integers(2))
        pic = Image.fromarray(np.mean([np.roll(arr, j, axis) for j in range(-n // 2, n // 2 + 1)], 0).astype(np.uint8))
    elif k < 0.75:
        pic = pic.filter(ImageFilter.UnsharpMask(1.2, int(rng.uniform(40, 150)), 0))
    return pic


def jpeg(pic, quality):
    buf = io.BytesIO()
    pic.save(buf, "JPEG", quality=int(quality), optimize=True)
    return buf.getvalue()
