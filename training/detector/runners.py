"""ONNX detectors behind one call: picture -> boxes in its own pixels, scores, our class indices."""
import time

import numpy as np
import onnxruntime as ort
from PIL import Image

from desk.classes import COCO_TO_OURS, INDEX

COCO = np.full(80, -1)
for coco, name in COCO_TO_OURS.items():
    COCO[coco] = INDEX[name]


def session(path):
    o = ort.SessionOptions()
    o.intra_op_num_threads = o.inter_op_num_threads = 1
    o.add_session_config_entry("session.intra_op.allow_spinning", "0")
    start = time.perf_counter()
    s = ort.InferenceSession(str(path), o, providers=["CPUExecutionProvider"])
    return s, (time.perf_counter() - start) * 1e3


def letterbox(im, size):
    """Top-left, padded with 114 -> (u8 [S,S,3], factor from picture to input)."""
    r = min(size / im.width, size / im.height)
    w, h = max(1, round(im.width * r)), max(1, round(im.height * r))
    canvas = np.full((size, size, 3), 114, np.uint8)
    canvas[:h, :w] = np.asarray(im.resize((w, h), Image.BILINEAR))
    return canvas, r


def suppress(boxes, scores, labels, overlap=0.6, keep=100):
    from .score import iou_matrix

    out = []
    for c in np.unique(labels):
        idx = np.nonzero(labels == c)[0]
        idx = idx[np.argsort(-scores[idx], kind="stable")]
        while len(idx):
            out.append(idx[0])
            if len(idx) == 1:
                break
            idx = idx[1:][iou_matrix(boxes[idx[:1]], boxes[idx[1:]])[0] <= overlap]
    out = np.array(out, int)
    return out[np.argsort(-scores[out], kind="stable")][:keep] if len(out) else out


class Runner:
    def __init__(self, path):
        self.session, self.load_ms = session(path)

    def latency(self, runs=30):
        feed = self.example()
        for _ in range(4):
            self.session.run(None, feed)
        ms = []
        for _ in range(runs):
            start = time.perf_counter()
            self.session.run(None, feed)
            ms.append((time.perf_counter() - start) * 1e3)
        return {"min_ms": round(min(ms), 1), "median_ms": round(float(np.median(ms)), 1)}


class Ours(Runner):
    def __init__(self, path):
        super().__init__(path)
        self.size = self.session.get_inputs()[0].shape[1]

    def example(self):
        return {"image": np.random.default_rng(0).integers(0, 255, (1, self.size, self.size, 3), dtype=np.uint8)}

    def __call__(self, im):
        x, r = letterbox(im, self.size)
        boxes, scores, labels, _ = self.session.run(None, {"image": x[None]})
        keep = scores[0] > 0.01
        return (boxes[0][keep] / r).clip(0, [im.width, im.height] * 2), scores[0][keep], labels[0][keep]


class YoloxNano(Runner):
    size = 416

    def example(self):
        return {"images": np.zeros((1, 3, 416, 416), np.float32)}

    def __call__(self, im):
        x, r = letterbox(im, 416)
        out = self.session.run(None, {"images": x[..., ::-1].transpose(2, 0, 1)[None].astype(np.float32)})[0][0]
        grid, stride = [], []
        for s in (8, 16, 32):
            y, xx = np.mgrid[:416 // s, :416 // s]
            grid.append(np.stack([xx, y], -1).reshape(-1, 2))
            stride.append(np.full((len(grid[-1]), 1), s))
        grid, stride = np.concatenate(grid), np.concatenate(stride)
        xy, wh = (out[:, :2] + grid) * stride, np.exp(out[:, 2:4]) * stride
        score = out[:, 4:5] * out[:, 5:]
        label, best = score.argmax(1), score.max(1)
        keep = (best > 0.01) & (COCO[label] >= 0)
        boxes = np.concatenate([xy - wh / 2, xy + wh / 2], 1)[keep] / r
        best, label = best[keep], label[keep]
        k = suppress(boxes, best, label)
        return boxes[k].clip(0, [im.width, im.height] * 2), best[k], COCO[label[k]]


class Deim(Runner):
    size = 416

    def example(self):
        return {"images": np.zeros((1, 3, 416, 416), np.float32), "orig_target_sizes": np.array([[416, 416]], np.int64)}

    def __call__(self, im):
        x = np.asarray(im.resize((416, 416), Image.BILINEAR), np.float32).transpose(2, 0, 1)[None] / 255
        got = dict(zip([o.name for o in self.session.get_outputs()], self.session.run(None, {"images": x, "orig_target_sizes": np.array([[im.width, im.height]], np.int64)})))
        labels, boxes, scores = got["labels"][0], got["boxes"][0], got["scores"][0]
        keep = (scores > 0.01) & (COCO[labels] >= 0)
        labels, boxes, scores = labels[keep], boxes[keep], scores[keep]
        k = suppress(boxes, scores, labels)
        return boxes[k].clip(0, [im.width, im.height] * 2), scores[k], COCO[labels[k]]
