"""A public detector (YOLOX, Apache-2.0) as a teacher: what it sees in the same picture, cell by cell.

Only its answers are used, while training; none of its weights enters ours. Its grid is the same (strides 8, 16, 32).
"""
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from torch import nn
from torch.nn import functional as F

from desk.classes import COCO_TO_OURS, EXTRA, INDEX

from .graph import Graph

CHANNELS = 64
OURS = [INDEX[COCO_TO_OURS[c]] if c in COCO_TO_OURS else EXTRA[c] for c in range(80)]  # our index of each COCO class


def cut(path):
    """-> bytes of the graph that ends at the class logits: per stride the 64 features that they are read from, the
    objectness and the logits, for pictures of any size that is a multiple of 32."""
    model = onnx.load(str(path))
    source = {n.input[1]: n for n in model.graph.node if n.op_type == "Conv"}
    wanted = []
    for k in range(3):
        classes = source[f"head.cls_preds.{k}.weight"]
        wanted += [classes.input[0], source[f"head.obj_preds.{k}.weight"].output[0], classes.output[0]]
    del model.graph.value_info[:]
    with tempfile.TemporaryDirectory() as folder:
        for dim in model.graph.input[0].type.tensor_type.shape.dim:
            dim.dim_param = f"d{dim.dim_value}"
        for name in wanted:
            model.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
        whole, part = Path(folder) / "whole.onnx", Path(folder) / "part.onnx"
        onnx.save(model, whole)
        onnx.utils.extract_model(str(whole), str(part), ["images"], wanted, check_model=False, infer_shapes=False)
        return part.read_bytes()


class Teacher:
    """On the CPU, by ONNX Runtime, beside the drawing of the pictures."""

    def __init__(self, path):
        o = ort.SessionOptions()
        o.intra_op_num_threads = 1
        o.log_severity_level = 3
        self.session = ort.InferenceSession(cut(path), o, providers=["CPUExecutionProvider"])

    def __call__(self, pictures):
        """u8 [N,S,S,3] RGB -> features f16 [N,A,64] in our order of cells, objectness f16 [N,A], class scores f16 [N,A,80]."""
        out = self.session.run(None, {"images": np.ascontiguousarray(pictures[..., ::-1].transpose(0, 3, 1, 2), np.float32)})
        return tuple(t.to(torch.float16).numpy() for t in answers([torch.from_numpy(v) for v in out]))


class TorchTeacher:
    """The same on the device."""

    def __init__(self, path, device):
        self.graph = Graph(onnx.load_from_string(cut(path)), device)

    @torch.no_grad()
    def __call__(self, x):
        """f32 [N,3,S,S] RGB in 0..1 -> as Teacher."""
        return answers(self.graph(x.flip(1).mul(255.0)))


def answers(out):
    cells = [v.flatten(2).transpose(1, 2).float() for v in out]
    objectness = torch.cat(cells[1::3], 1).sigmoid()
    return torch.cat(cells[0::3], 1), objectness[..., 0], torch.cat(cells[2::3], 1).sigmoid() * objectness


def score_loss(logits, scores, real, norm):
    """Cross entropy of our logits against the teacher's scores, in cells bool [N,A] of real photos: rendered things it knows
    less well than the labels do. Divided by norm like the labels' class loss, so that both weigh alike in a cell."""
    ours, wanted = logits[..., torch.tensor(OURS, device=logits.device)], scores.float()
    loss = (F.softplus(ours) - wanted * ours).sum(-1)
    return (loss * real).sum() / norm


class Likeness(nn.Module):
    """Distance of our class features to the teacher's, through one linear map per stride that is thrown away at the end."""

    def __init__(self, width):
        super().__init__()
        self.maps = nn.ModuleList(nn.Linear(width, CHANNELS) for _ in range(3))
        self.register_buffer("mean", torch.zeros(3, CHANNELS))
        self.register_buffer("spread", torch.zeros(3, CHANNELS))

    def calibrate(self, features, size):
        for k, part in enumerate(split(features.float(), size)):
            self.mean[k], self.spread[k] = part.mean((0, 1)), part.std((0, 1)) + 1e-3

    def forward(self, ours, features, weight, size):
        """ours: list of f32 [N,C,h,w] per stride. -> mean Huber loss in the teacher's own spreads, objects first."""
        total = 0.0
        for k, (f, t, w) in enumerate(zip(ours, split(features, size), split(weight, size))):
            want = (t.float() - self.mean[k]) / self.spread[k]
            error = F.huber_loss(self.maps[k](f.flatten(2).transpose(1, 2)), want, reduction="none", delta=2.0).mean(-1)
            w = 0.1 + w.float()
            total = total + (error * w).sum() / w.sum()
        return total / 3


def split(x, size):
    return x.split([(size // s) ** 2 for s in (8, 16, 32)], 1)
