"""Training batches made on the device: pictures lie in its memory, worker processes plan, scenes join as they are rendered."""
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from . import canvas
from .pack import photo_records, rendered_record
from .plan import Planner, padded
from .samples import LATE, rendered_cells
from .teacher import TorchTeacher

SIDE = 448


class Ledger:
    """The rows whose pictures are in the pool, one a line, in the pool's order: how the workers hear of new ones."""

    def __init__(self, path):
        self.path, self.at = path, 0

    def write(self, rows):
        with open(self.path, "a") as f:
            f.write("".join(json.dumps(r) + "\n" for r in rows))

    def news(self):
        with open(self.path) as f:
            f.seek(self.at)
            text = f.read()
        whole = text[:text.rfind("\n") + 1]
        self.at += len(whole.encode())
        rows = [json.loads(line) for line in whole.splitlines()]
        for r in rows:
            r["boxes"], r["labels"] = np.array(r["boxes"], np.float32).reshape(-1, 4), np.array(r["labels"], np.int64)
        return rows


class Feed:
    """Fills the pool from folders: what is there at once, later scenes in a thread of its own."""

    def __init__(self, photos, scenes, ledger_path, capacity, device):
        self.pool, self.ledger, self.scenes, self.parts = canvas.Pool(capacity, SIDE, device), Ledger(ledger_path), scenes, set()
        ledger_path.unlink(missing_ok=True)
        ledger_path.touch()
        self.readers = ThreadPoolExecutor(8)
        if photos:
            self.take([(path, True, boxes, labels) for path, boxes, labels in photo_records(photos)])
        self.look()
        if not self.pool.count:
            raise FileNotFoundError(f"no pictures in {photos} and {scenes}")
        self.index = Ledger(ledger_path).news()

    def take(self, records):
        for k in range(0, min(len(records), len(self.pool.levels[0]) - self.pool.count), 50):
            pictures, rows = zip(*self.readers.map(read, records[k:k + 50][:len(self.pool.levels[0]) - self.pool.count]))
            self.pool.add(list(pictures))
            self.ledger.write(rows)

    def look(self):
        for part in sorted(self.scenes.glob("part_*.jsonl")) if self.scenes else []:
            if part.name not in self.parts:
                self.parts.add(part.name)
                self.take([(path, False, boxes, labels) for path, boxes, labels in map(lambda line: rendered_record(self.scenes, line), part.read_text().splitlines())])

    def watch(self):
        """Takes up new scenes from now on. Called once the workers are forked: no thread of this may be in the middle then."""
        def again():
            while True:
                time.sleep(3)
                self.look()
        threading.Thread(target=again, daemon=True).start()

    def image(self, row):
        k = next(i for i, r in enumerate(self.index) if r is row)
        return self.pool.levels[0][k, :, :row["h"], :row["w"]].permute(1, 2, 0).cpu().numpy()


def read(record):
    path, real, boxes, labels = record
    im = Image.open(path).convert("RGB")
    scale = min(1.0, SIDE / max(im.size))
    if scale < 1:
        im = im.resize((round(im.width * scale), round(im.height * scale)), Image.BILINEAR)
    return np.asarray(im), {"h": im.height, "w": im.width, "real": real, "boxes": [[float(v) * scale for v in b] for b in boxes], "labels": [int(c) for c in labels]}


class Plans(IterableDataset):
    def __init__(self, ledger_path, batch, size, progress, real_share, seed):
        self.ledger_path, self.batch, self.size, self.progress, self.real_share, self.seed = ledger_path, batch, size, progress, real_share, seed

    def __iter__(self):
        info = get_worker_info()
        rng = np.random.default_rng([*self.seed, info.id if info else 0])
        ledger = Ledger(self.ledger_path)
        planner, heard = Planner(ledger.news(), self.real_share), time.time()
        while True:
            if time.time() - heard > 5:
                planner.add(ledger.news())
                heard = time.time()
            S, late = self.size.value, self.progress.value > LATE
            plans = [planner.one(rng, S, late) for _ in range(self.batch)]
            arrays = [np.stack([p.known for p in plans]), *padded(plans), *canvas.flat(plans, planner.rows)]
            yield tuple(torch.from_numpy(v) for v in arrays)


def batches(feed, batch, size, progress, real_share, seed, workers, device, teacher=None):
    """-> pictures f32 [N,3,S,S] in 0..1, rendered cells, boxes, labels, valid, what the teacher says (or nothing)."""
    stream = Plans(feed.ledger.path, batch, size, progress, real_share, seed)
    ask = TorchTeacher(teacher, device) if teacher else None
    loader = DataLoader(stream, batch_size=None, num_workers=workers, prefetch_factor=4 if workers else None, pin_memory=device == "cuda")
    source = iter(loader)
    feed.watch()
    for known, boxes, labels, valid, *flat in source:
        x = canvas.draw(feed.pool, len(known), known.shape[1] * 8, *flat)
        yield (x, rendered_cells(known, device), *(t.to(device, non_blocking=True) for t in (boxes, labels, valid)), ask(x) if ask else ())
