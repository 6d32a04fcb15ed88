"""Warms the backbone up on cut-outs: 80 COCO classes of real photos, our classes of rendered scenes, background.

python training/pretrain.py --photos TRAINING --scenes DIR [DIR...] --out backbone.pt --minutes 10
Starts from random initialisation. 64 px cut-outs are a ninth of the cost of a 192 px scene, so a slow machine learns
shapes and textures sooner this way; train.py takes the result with --backbone.
"""
import argparse
import math
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parent))
from desk.classes import COCO_TO_OURS, CLASSES  # noqa: E402
from detector import photos as real  # noqa: E402
from detector.model import Detector  # noqa: E402
from detector.pack import rendered_records  # noqa: E402

SIDE, INPUT, EXTRA = 76, 64, {"coaster": 80, "desk_mat": 81}
BACKGROUND, COUNT = 82, 83
TO_COCO = {v: k for k, v in COCO_TO_OURS.items()} | EXTRA


def cut(image, box, rng):
    x1, y1, x2, y2 = box
    half = max(x2 - x1, y2 - y1) / 2 * rng.uniform(1.05, 1.4)
    scale = SIDE / (2 * half)
    m = np.array([[scale, 0, SIDE / 2 - (x1 + x2) / 2 * scale], [0, scale, SIDE / 2 - (y1 + y2) / 2 * scale]], np.float32)
    if scale < 0.5:
        image = cv2.GaussianBlur(image, (0, 0), 0.4 / scale)
    return cv2.warpAffine(image, m, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)


def cutouts(photos, scenes, rng):
    sources = []
    if photos:
        for r in real.rows(photos):
            sources.append((photos / "images" / r["file_name"], [b[:4] for b in r["boxes"]], [int(b[4]) for b in r["boxes"]]))
    for folder in scenes:
        for path, boxes, labels in rendered_records(folder):
            sources.append((path, boxes, [TO_COCO[CLASSES[c]] for c in labels]))
    crops, labels = [], []
    for path, boxes, got in sources:
        image = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
        order = rng.permutation(len(boxes))[:14]
        for k in order:
            b = boxes[k]
            if min(b[2] - b[0], b[3] - b[1]) >= 9 and max(b[2] - b[0], b[3] - b[1]) >= 18:
                crops.append(cut(image, b, rng))
                labels.append(got[k])
        for _ in range(2):
            side = rng.uniform(24, 120)
            x, y = rng.uniform(0, image.shape[1] - side), rng.uniform(0, image.shape[0] - side)
            if all(min(b[2], x + side) - max(b[0], x) < 0.2 * side or min(b[3], y + side) - max(b[1], y) < 0.2 * side for b in boxes):
                crops.append(cut(image, (x, y, x + side, y + side), rng))
                labels.append(BACKGROUND)
    return torch.from_numpy(np.stack(crops)), torch.tensor(labels)


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = Detector()
        w = self.net.config["widths"]
        self.out = nn.ModuleList(nn.Linear(c, COUNT) for c in w[2:])

    def forward(self, x):
        c3 = self.net.s8(self.net.stem(x))
        c4 = self.net.s16(c3)
        return [o(f.mean((2, 3))) for o, f in zip(self.out, (c3, c4, self.net.s32(c4)))]


def main():
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("--photos", type=Path)
    a.add_argument("--scenes", type=Path, nargs="*", default=[])
    a.add_argument("--out", type=Path, required=True)
    a.add_argument("--minutes", type=float, default=10)
    a.add_argument("--batch", type=int, default=64)
    o = a.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(2)
    crops, labels = cutouts(o.photos, o.scenes, np.random.default_rng(3))
    held = torch.arange(len(labels)) % 25 == 0
    count = torch.bincount(labels, minlength=COUNT).float()
    ours = torch.tensor([c in TO_COCO.values() for c in range(COUNT)])
    weight = (count.clamp(min=1).pow(-0.5) * torch.where(ours, 2.0, 1.0))[labels] * ~held
    print(f"{len(labels)} cut-outs, {int(held.sum())} held out", flush=True)
    model = Classifier().to(device, memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.03)
    start, step, total, right, seen = time.time(), 0, 0.0, 0, 0
    while (share := (time.time() - start) / (60 * o.minutes)) < 1:
        for g in optimiser.param_groups:
            g["lr"] = 3e-3 * min(1, (step + 1) / 100) * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * share)))
        pick = torch.multinomial(weight, o.batch, replacement=True)
        dx, dy = (int(v) for v in torch.randint(0, SIDE - INPUT + 1, (2,)))
        x = crops[pick][:, dy:dy + INPUT, dx:dx + INPUT].permute(0, 3, 1, 2).float().div_(255)
        x = x * torch.empty(o.batch, 3, 1, 1).uniform_(0.85, 1.15) * torch.empty(o.batch, 1, 1, 1).uniform_(0.7, 1.3)
        flip = torch.rand(o.batch) < 0.5
        x[flip] = x[flip].flip(3)
        x, y = x.clamp_(0, 1).to(device).contiguous(memory_format=torch.channels_last), labels[pick].to(device)
        outs = model(x)
        loss = sum(k * nn.functional.cross_entropy(out, y, label_smoothing=0.05) for k, out in zip((0.2, 0.4, 1.0), outs))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        step, total, seen = step + 1, total + loss.item(), seen + o.batch
        right += int((outs[-1].argmax(1) == y).sum())
        if step % 100 == 0:
            print({"step": step, "share": round(share, 3), "loss": round(total / 100, 3), "accuracy": round(right / 100 / o.batch, 3),
                   "per_s": round(seen / (time.time() - start), 1)}, flush=True)
            total, right = 0.0, 0
    model.eval()
    with torch.no_grad():
        edge = (SIDE - INPUT) // 2
        x = crops[held][:, edge:edge + INPUT, edge:edge + INPUT].permute(0, 3, 1, 2).float().div(255)
        got = torch.cat([model(part.to(device))[-1].argmax(1).cpu() for part in x.split(256)])
    print(f"held-out accuracy {(got == labels[held]).float().mean():.3f} over {COUNT} classes after {seen} cut-outs", flush=True)
    torch.save({k: v.cpu() for k, v in model.net.state_dict().items() if k.split(".")[0] in ("stem", "s8", "s16", "s32")}, o.out)


if __name__ == "__main__":
    main()
