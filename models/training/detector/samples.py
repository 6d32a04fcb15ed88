"""An endless, class-balanced stream of training batches from a Store."""
import numpy as np
import torch
from torch.utils.data import IterableDataset, get_worker_info

from desk.classes import CLASSES, EXTRA, INDEX, UNLABELLED_IN_COCO

from . import augment
from .teacher import Teacher

UNKNOWN = [INDEX[n] for n in UNLABELLED_IN_COCO]
RENDERED_BOOST = {"desk_mat": 2.2, "coaster": 1.8, "book": 1.8, "glass": 1.6, "bottle": 1.5, "phone": 1.2}
BOOST = {"mug": 3.0, "mouse": 3.0, "keyboard": 3.0, "laptop": 2.0, "monitor": 1.2, "phone": 1.2, "bottle": 1.2, "glass": 1.2, "bowl": 1.2}


class Samples(IterableDataset):
    def __init__(self, store, batch, size, progress, real_share=0.5, seed=(0,), teacher=None):
        """size and progress are shared values (multiprocessing.Value) that training changes on the way; seed: numbers; teacher: a path."""
        self.store, self.batch, self.size, self.progress, self.teacher = store, batch, size, progress, teacher
        self.real_share, self.seed = real_share, seed
        rows = store.index
        self.real = np.array([i for i, r in enumerate(rows) if r["real"]])
        self.rendered = np.array([i for i, r in enumerate(rows) if not r["real"]])
        inverse = {v: k for k, v in INDEX.items()}

        def shares(which, boost):
            weight = np.array([max([0.25] + [boost.get(inverse[int(c)], 1.0) for c in rows[i]["labels"] if int(c) in inverse]) for i in which])
            return weight / weight.sum() if len(weight) else weight

        self.real_weight, self.rendered_weight = shares(self.real, BOOST), shares(self.rendered, RENDERED_BOOST)
        self.cuts = [(i, k) for i in self.real for k, c in enumerate(rows[i]["labels"]) if c in augment.PASTED
                     and min(rows[i]["boxes"][k][2:] - rows[i]["boxes"][k][:2]) > 22]
        mugs = [c for c in self.cuts if rows[c[0]]["labels"][c[1]] == INDEX["mug"]]
        self.cuts = self.cuts + mugs * 2

    def draw(self, rng):
        rows = self.store.index
        use_real = len(self.real) and (rng.random() < self.real_share or not len(self.rendered))
        i = rng.choice(self.real, p=self.real_weight) if use_real else rng.choice(self.rendered, p=self.rendered_weight)
        return rows[int(i)]

    def near(self, rng, r, window, scale):
        """Scale that shows one object of our classes large, and its number: most are tiny on real photos, none fills a rendered one."""
        weight = np.array([BOOST.get(CLASSES[c], 1.0) if c < len(CLASSES) and c != INDEX["table"] else 0.0 for c in r["labels"]])
        if not weight.any():
            return scale, None
        k = int(rng.choice(len(weight), p=weight / weight.sum()))
        side = max(r["boxes"][k][2:] - r["boxes"][k][:2])
        width, height = window[2] - window[0], window[3] - window[1]
        fit = min(width / r["w"], height / r["h"])
        wanted = np.exp(rng.uniform(np.log(0.12), np.log(0.75))) * min(width, height) / (side * fit)
        return float(np.clip(wanted, scale, 5.0 if scale < 5.0 else scale)), k

    def one(self, rng, S, late):
        canvas, known = np.full((S, S, 3), 114, np.uint8), np.ones((S // 8, S // 8), bool)
        if rng.random() < (0.15 if late else 0.3):
            c = [int(S * rng.uniform(0.35, 0.65)) // 8 * 8 for _ in range(2)]
            windows = [(0, 0, c[0], c[1]), (c[0], 0, S, c[1]), (0, c[1], c[0], S), (c[0], c[1], S, S)]
            scales = np.exp(rng.uniform(np.log(1.0), np.log(3.0), 4))
        else:
            windows, scales = [(0, 0, S, S)], [np.exp(rng.uniform(np.log(0.7), np.log(max(1.4, 430 / S)))) if rng.random() < 0.65 else 1.0]
        boxes, labels = [], []
        for window, scale in zip(windows, scales):
            r = self.draw(rng)
            scale, focus = self.near(rng, r, window, scale) if rng.random() < (0.5 if r["real"] else 0.15) else (scale, None)
            b, lab = augment.place(canvas, known, self.store.image(r), r["boxes"], r["labels"], r["real"], window, rng, scale, focus)
            boxes.append(b.reshape(-1, 4))
            labels.append(lab)
        boxes, labels = np.concatenate(boxes), np.concatenate(labels)
        if self.cuts and rng.random() < (0.2 if late else 0.35):
            for _ in range(int(rng.integers(1, 4))):
                i, k = self.cuts[rng.integers(len(self.cuts))]
                r = self.store.index[i]
                x1, y1, x2, y2 = r["boxes"][k].astype(int)
                boxes, labels = augment.paste(canvas, boxes, labels, self.store.image(r)[max(0, y1):y2 + 1, max(0, x1):x2 + 1], r["labels"][k], rng)
        return augment.colour(canvas, rng), known, boxes.astype(np.float32), labels

    def __iter__(self):
        info = get_worker_info()
        rng = np.random.default_rng([*self.seed, info.id if info else 0])
        teacher = Teacher(self.teacher) if self.teacher else None
        while True:
            S, late = self.size.value, self.progress.value > 0.85
            items = [self.one(rng, S, late) for _ in range(self.batch)]
            most = max(1, max(len(i[2]) for i in items))
            gt, lab = np.zeros((self.batch, most, 4), np.float32), np.zeros((self.batch, most), np.int64)
            valid = np.zeros((self.batch, most), bool)
            for k, (_, _, b, c) in enumerate(items):
                gt[k, :len(b)], lab[k, :len(b)], valid[k, :len(b)] = b, c, True
            image = np.stack([i[0] for i in items])
            known = np.stack([i[1] for i in items])
            taught = teacher(image) if teacher else ()
            yield tuple(torch.from_numpy(v) for v in (image, known, gt, lab, valid, *taught))


def unknown_cells(known, device):
    """known bool [N,S/8,S/8]: the cell comes from a rendered scene -> bool [N,A,C]: where a missing label proves nothing."""
    parts = [known[:, ::k, ::k][:, :known.shape[1] // k, :known.shape[2] // k].flatten(1) for k in (1, 2, 4)]
    rendered = torch.cat(parts, 1).to(device)
    out = torch.zeros(*rendered.shape, len(CLASSES) + len(EXTRA), dtype=torch.bool, device=device)
    out[:, :, UNKNOWN] = ~rendered.unsqueeze(-1)
    out[:, :, len(CLASSES):] = rendered.unsqueeze(-1)
    return out
