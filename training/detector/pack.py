"""Pictures and boxes -> one flat file of decoded pixels (shared by all workers through the page cache) and an index.

A record: {offset, h, w, real, boxes [[x1, y1, x2, y2]], labels [class index]}.
"""
import json
from pathlib import Path

import numpy as np
from PIL import Image

from desk.classes import COCO_TO_OURS, EXTRA, INDEX

from . import photos

MIN_VISIBLE = 0.15


def rendered_records(folder):
    for part in sorted(Path(folder).glob("part_*.jsonl")):
        for line in part.read_text().splitlines():
            yield rendered_record(folder, line)


def rendered_record(folder, line):
    truth = json.loads(line)
    return Path(folder) / truth["image"], *rendered_boxes(truth)


def rendered_boxes(truth, smallest=5):
    boxes, labels = [], []
    for o in truth["objects"]:
        b = o["bbox"]
        if b and o["visible"] >= MIN_VISIBLE and b[2] - b[0] >= smallest and b[3] - b[1] >= smallest:
            boxes.append(b)
            labels.append(INDEX[o["class"]])
    return boxes, labels


def photo_records(folder):
    """Every photo with the boxes of all 80 classes, ours by their own index."""
    label = {c: INDEX[name] for c, name in COCO_TO_OURS.items()} | EXTRA
    for r in photos.rows(folder):
        boxes = [b for b in r["boxes"] if b[2] - b[0] >= 3 and b[3] - b[1] >= 3]
        yield Path(folder) / "images" / r["file_name"], [b[:4] for b in boxes], [label[int(b[4])] for b in boxes]


def pack(out, rendered=(), real=None, longest=448):
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    index, offset = [], 0
    with open(out / "pixels.bin", "wb") as f:
        sources = [(False, r) for folder in rendered for r in rendered_records(folder)]
        if real:
            sources += [(True, r) for r in photo_records(real)]
        for is_real, (path, boxes, labels) in sources:
            im = Image.open(path).convert("RGB")
            scale = min(1.0, longest / max(im.size))
            if scale < 1:
                im = im.resize((round(im.width * scale), round(im.height * scale)), Image.BILINEAR)
            f.write(np.asarray(im).tobytes())
            index.append({"offset": offset, "h": im.height, "w": im.width, "real": is_real,
                          "boxes": [[v * scale for v in b] for b in boxes], "labels": labels})
            offset += im.height * im.width * 3
    (out / "index.json").write_text(json.dumps(index))
    return len(index)


class Store:
    def __init__(self, folder):
        self.index = json.loads((Path(folder) / "index.json").read_text())
        self.pixels = np.memmap(Path(folder) / "pixels.bin", np.uint8, "r")
        for r in self.index:
            r["boxes"] = np.array(r["boxes"], np.float32).reshape(-1, 4)
            r["labels"] = np.array(r["labels"], np.int64)

    def image(self, r):
        return self.pixels[r["offset"]:r["offset"] + r["h"] * r["w"] * 3].reshape(r["h"], r["w"], 3)
