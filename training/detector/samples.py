"""An endless, class-balanced stream of training batches from a Store, drawn on the CPU."""
import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from desk.classes import CLASSES, EXTRA, INDEX, UNLABELLED_IN_COCO

from . import augment
from .plan import Planner, padded
from .teacher import Teacher

UNKNOWN = [INDEX[n] for n in UNLABELLED_IN_COCO]
LATE = 0.85  # share of the time from which pictures are made plainer


class Samples(IterableDataset):
    def __init__(self, store, batch, size, progress, real_share=0.5, seed=(0,), teacher=None):
        """size and progress are shared values (multiprocessing.Value) that training changes on the way; seed: numbers; teacher: a path."""
        self.store, self.batch, self.size, self.progress, self.teacher, self.seed = store, batch, size, progress, teacher, seed
        self.planner = Planner(store.index, real_share)

    def __iter__(self):
        info = get_worker_info()
        rng = np.random.default_rng([*self.seed, info.id if info else 0])
        teacher = Teacher(self.teacher) if self.teacher else None
        while True:
            S, late = self.size.value, self.progress.value > LATE
            plans = [self.planner.one(rng, S, late) for _ in range(self.batch)]
            image = np.stack([augment.draw(p, self.store, S, rng) for p in plans])
            known = np.stack([p.known for p in plans])
            taught = teacher(image) if teacher else ()
            yield tuple(torch.from_numpy(v) for v in (image, known, *padded(plans), *taught))


def batches(store, batch, size, progress, real_share, seed, workers, device, teacher=None):
    """-> pictures f32 [N,3,S,S] in 0..1, rendered cells, boxes, labels, valid, what the teacher says (or nothing)."""
    stream = Samples(store, batch, size, progress, real_share, seed, teacher)
    loader = DataLoader(stream, batch_size=None, num_workers=workers, prefetch_factor=4 if workers else None, pin_memory=device == "cuda")
    for image, known, *rest in loader:
        boxes, labels, valid, *taught = (t.to(device, non_blocking=True) for t in rest)
        yield image.to(device, non_blocking=True).permute(0, 3, 1, 2).float().div_(255), rendered_cells(known, device), boxes, labels, valid, taught


def rendered_cells(known, device):
    """known bool [N,S/8,S/8]: the cell shows a rendered scene -> bool [N,A], the same per cell of every stride."""
    parts = [known[:, ::k, ::k][:, :known.shape[1] // k, :known.shape[2] // k].flatten(1) for k in (1, 2, 4)]
    return torch.cat(parts, 1).to(device)


def unknown_cells(rendered):
    """bool [N,A] -> bool [N,A,C]: where a missing label proves nothing."""
    out = torch.zeros(*rendered.shape, len(CLASSES) + len(EXTRA), dtype=torch.bool, device=rendered.device)
    out[:, :, UNKNOWN] = ~rendered.unsqueeze(-1)
    out[:, :, len(CLASSES):] = rendered.unsqueeze(-1)
    return out
