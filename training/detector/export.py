"""Checkpoint -> one ONNX file with preprocessing, box decoding and suppression inside.

python training/detector/export.py --checkpoint ckpt.pt --out models/desk-detector.onnx --size 384
"""
import argparse
import sys
import warnings
from pathlib import Path

import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from detector.model import Detector, cells, fuse, to_boxes, trim  # noqa: E402

CANDIDATES, KEPT, OVERLAP = 200, 100, 0.6


class Deployed(nn.Module):
    """image u8 [N,S,S,3] RGB -> boxes f32 [N,K,4] xyxy in input px, scores f32 [N,K] (0 = suppressed), labels i64 [N,K].

    A candidate is suppressed when a higher-scored candidate of its class overlaps it by more than OVERLAP (IoU);
    plain tensor operations, so every execution provider runs it and the output shape is fixed.
    """

    def __init__(self, model, size):
        super().__init__()
        self.model = model
        points, strides = cells(size)
        self.register_buffer("points", points)
        self.register_buffer("strides", strides)
        self.register_buffer("later", torch.tril(torch.ones(CANDIDATES, CANDIDATES), -1))
        self.size = float(size)

    def forward(self, image):
        x = image.permute(0, 3, 1, 2).to(torch.float32) * (1 / 255.0)
        logits, dist, pooled = self.model(x)
        best, label = logits.max(2)
        score, index = torch.topk(best, CANDIDATES, dim=1)
        score = torch.sigmoid(score)
        label = torch.gather(label, 1, index)
        boxes = to_boxes(dist, self.points, self.strides).clamp(0.0, self.size)
        boxes = torch.gather(boxes, 1, index.unsqueeze(-1).expand(-1, -1, 4))
        x1, y1, x2, y2 = boxes.unbind(-1)
        area = (x2 - x1) * (y2 - y1)
        w = (torch.minimum(x2.unsqueeze(2), x2.unsqueeze(1)) - torch.maximum(x1.unsqueeze(2), x1.unsqueeze(1))).clamp(min=0)
        h = (torch.minimum(y2.unsqueeze(2), y2.unsqueeze(1)) - torch.maximum(y1.unsqueeze(2), y1.unsqueeze(1))).clamp(min=0)
        inter = w * h
        iou = inter / (area.unsqueeze(2) + area.unsqueeze(1) - inter + 1e-6)
        same = (label.unsqueeze(2) == label.unsqueeze(1)).to(torch.float32)
        worst = (iou * same * self.later).max(2)[0]
        score = score * (worst <= OVERLAP).to(torch.float32)
        score, order = torch.topk(score, KEPT, dim=1)
        boxes = torch.gather(boxes, 1, order.unsqueeze(-1).expand(-1, -1, 4))
        embedding = pooled / pooled.pow(2).sum(1, keepdim=True).sqrt().clamp(min=1e-6)
        return boxes, score, torch.gather(label, 1, order), embedding


def export(model, size, out):
    net = Deployed(fuse(trim(model)), size).eval()
    example = torch.zeros(2, size, size, 3, dtype=torch.uint8)
    names = ["boxes", "scores", "labels", "embedding"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(net, (example,), str(out), input_names=["image"], output_names=names, opset_version=17,
                          dynamo=False, do_constant_folding=True, dynamic_axes={n: {0: "batch"} for n in ["image", *names]})


def load(path, key="ema"):
    state = torch.load(path, map_location="cpu", weights_only=True)
    model = Detector(**state["config"])
    model.load_state_dict(state[key])
    return model


def main():
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("--checkpoint", type=Path, required=True)
    a.add_argument("--out", type=Path, required=True)
    a.add_argument("--size", type=int, default=384)
    o = a.parse_args()
    export(load(o.checkpoint), o.size, o.out)
    print(f"{o.out}: {o.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
