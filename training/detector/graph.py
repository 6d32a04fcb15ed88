"""Runs a small ONNX network (the operators of YOLOX) with PyTorch, on any device: the runtime of a lent GPU machine has no
provider for the GPU."""
import numpy as np
import onnx
import torch
from torch.nn import functional as F


class Graph:
    def __init__(self, model, device):
        self.device, self.half = device, torch.device(device).type == "cuda"
        self.inputs, self.outputs = [i.name for i in model.graph.input], [o.name for o in model.graph.output]
        numbers = {i.name: onnx.numpy_helper.to_array(i) for i in model.graph.initializer}
        self.nodes = []
        for n in model.graph.node:
            attributes = {a.name: onnx.helper.get_attribute_value(a) for a in n.attribute}
            if n.op_type == "Constant":
                numbers[n.output[0]] = onnx.numpy_helper.to_array(attributes["value"])
            else:
                self.nodes.append((n.op_type, list(n.input), n.output[0], attributes))
        weights = {name for op, inputs, _, _ in self.nodes if op == "Conv" for name in inputs[1:]}
        # Weights go to the device; shapes and axes stay here.
        self.constants = {name: self.load(v) if name in weights else v for name, v in numbers.items()}
        self.inputs = [n for n in self.inputs if n not in self.constants]
        self.last = {name: k for k, (_, inputs, _, _) in enumerate(self.nodes) for name in inputs}

    def load(self, array):
        t = torch.from_numpy(np.array(array)).to(self.device)
        return t.half() if self.half else t

    def __call__(self, x):
        values = {self.inputs[0]: (x.half() if self.half else x).contiguous(memory_format=torch.channels_last)}
        for k, (op, inputs, out, a) in enumerate(self.nodes):
            args = [values[i] if i in values else self.constants.get(i) for i in inputs]
            values[out] = getattr(self, op.lower())(args, a)
            for name in inputs:
                if self.last.get(name) == k and name not in self.outputs:
                    values.pop(name, None)
        return [values[name] for name in self.outputs]

    def conv(self, args, a):
        x, w, b = (args + [None])[:3]
        top, left, bottom, right = a.get("pads", [0, 0, 0, 0])
        assert (top, left) == (bottom, right), "uneven padding"
        return F.conv2d(x, w, b, tuple(a.get("strides", [1, 1])), (top, left), groups=a.get("group", 1))

    def sigmoid(self, args, a):
        return args[0].sigmoid()

    def mul(self, args, a):
        return args[0] * args[1]

    def add(self, args, a):
        return args[0] + args[1]

    def concat(self, args, a):
        return torch.cat(args, a["axis"])

    def slice(self, args, a):
        x, starts, ends, axes, steps = args
        index = [slice(None)] * x.ndim
        for s, e, d, step in zip(*(np.asarray(v).reshape(-1).tolist() for v in (starts, ends, axes, steps))):
            index[d] = slice(s, min(e, x.shape[d]), step)
        return x[tuple(index)]

    def maxpool(self, args, a):
        return F.max_pool2d(args[0], tuple(a["kernel_shape"]), tuple(a["strides"]), tuple(a["pads"][:2]))

    def resize(self, args, a):
        scales = np.asarray(args[2]).reshape(-1)
        return F.interpolate(args[0], scale_factor=(float(scales[2]), float(scales[3])), mode="nearest")
