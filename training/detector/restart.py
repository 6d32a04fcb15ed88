"""Weights of an earlier run to go on from: a checkpoint (.pt), or an exported model (.onnx), whose batch norms were folded away.

A folded convolution is taken apart again on real pictures: its batch norm gets the mean and spread that its output has
there, and scale and shift that undo them, so that the network computes the same as before and can learn on.
"""
import numpy as np
import torch
from torch import nn

from desk.classes import EXTRA

from .model import Detector


def start_from(path, pictures):
    """path: .pt or .onnx; pictures: f32 [N,3,S,S] in 0..1, for the spreads -> Detector in training mode."""
    if path.suffix != ".onnx":
        state = torch.load(path, map_location="cpu", weights_only=True)
        return widened(Detector(extra=len(EXTRA)), state["ema"])
    import onnx

    weights = {i.name.removeprefix("model."): torch.from_numpy(np.array(onnx.numpy_helper.to_array(i)))
               for i in onnx.load(str(path)).graph.initializer if i.name.startswith("model.")}
    model = Detector(extra=len(EXTRA))
    widened(model, {name: weights.pop(name) for name in model.state_dict() if name in weights})
    norms = {f"{name}.conv.bias": m.bn for name, m in model.named_modules() if hasattr(m, "bn")}
    if set(weights) != set(norms):
        raise ValueError(f"{path} is not a detector of this shape: {sorted(set(weights) ^ set(norms))[:3]}")
    hooks = [bn.register_forward_pre_hook(unfold(weights[name])) for name, bn in norms.items()]
    with torch.no_grad():
        model.eval()(pictures)
    for hook in hooks:
        hook.remove()
    return model.train()


def widened(model, state):
    """Takes what state has; where it knows fewer classes, the others stay as they are."""
    own = model.state_dict()
    for name, value in state.items():
        if own[name].shape == value.shape:
            own[name] = value
        else:
            own[name][:len(value)] = value
    model.load_state_dict(own)
    return model


def pictures(store, count=32, side=224):
    """Crops of the packed pictures, f32 [N,3,side,side] in 0..1."""
    rows = [r for r in store.index if min(r["h"], r["w"]) >= side]
    rows = rows[::max(1, len(rows) // count)][:count]
    crops = np.stack([store.image(r)[:side, :side] for r in rows])
    return torch.from_numpy(crops).permute(0, 3, 1, 2).float().div_(255)


def unfold(bias):
    def hook(bn: nn.BatchNorm2d, inputs):
        mean, var = inputs[0].mean((0, 2, 3)), inputs[0].var((0, 2, 3), unbiased=False)
        bn.running_mean.copy_(mean)
        bn.running_var.copy_(var)
        bn.weight.copy_((var + bn.eps).sqrt())
        bn.bias.copy_(mean + bias)
    return hook
