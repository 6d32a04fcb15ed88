"""How far the embedding finds scenes again: the same picture after changes, and desks of the same arrangement."""
import numpy as np
from PIL import Image, ImageEnhance, ImageOps

from . import runners


def changed(im):
    """Cropped to 80 % off centre, mirrored, darker, smaller."""
    w, h = im.size
    part = im.crop((int(0.05 * w), int(0.15 * h), int(0.85 * w), int(0.95 * h)))
    return ImageEnhance.Brightness(ImageOps.mirror(part)).enhance(0.7).resize((max(1, w // 2), max(1, h // 2)), Image.BILINEAR)


def thumbnail(im):
    """What a search costs without a model: 8 x 8 pixels, mean removed, length 1."""
    v = np.asarray(im.resize((8, 8), Image.BOX), np.float32).ravel()
    v -= v.mean()
    return v / (np.linalg.norm(v) + 1e-9)


def report(model, pictures, kinds):
    """model: Ours; pictures: PIL images; kinds: arrangement of each, None where unknown. -> shares in 0..1, chance beside them."""
    def embedding(im):
        return model.session.run(["embedding"], {"image": runners.letterbox(im, model.size)[0][None]})[0][0]

    out = {"pictures": len(pictures)}
    known = [i for i, k in enumerate(kinds) if k is not None]
    same = np.array([[kinds[a] == kinds[b] and a != b for b in known] for a in known])
    out["arrangement_chance"] = round(float(same.mean()), 3)
    for name, vector in (("embedding", embedding), ("thumbnail", thumbnail)):
        base = np.stack([vector(im) for im in pictures])
        again = np.stack([vector(changed(im)) for im in pictures]) - base.mean(0)
        base = base - base.mean(0)
        base /= np.linalg.norm(base, axis=1, keepdims=True) + 1e-9
        found = (again @ base.T).argmax(1) == np.arange(len(pictures))
        near = base[known] @ base[known].T - 2 * np.eye(len(known))
        five = np.argsort(-near, 1)[:, :5]
        out[name] = {"same_picture_first": round(float(found.mean()), 3),
                     "same_arrangement_in_five": round(float(np.take_along_axis(same, five, 1).mean()), 3)}
    return out
