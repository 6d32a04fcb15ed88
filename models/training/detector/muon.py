"""Muon: momentum whose matrix is made orthogonal before it is a step, so that every direction of a layer learns alike.

Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/ (Newton-Schulz iteration and its coefficients); the size of
a step follows Liu et al. 2025, arXiv:2502.16982, so that learning rates of AdamW fit. A convolution counts as the
matrix [out, in * k * k]; torch.optim.Muon takes matrices only, and every process would turn all of them.
"""
import torch

from . import together


def orthogonal(g, steps=5):
    """[m,n] -> roughly U V^T of its singular value decomposition: all singular values between about 0.7 and 1.2."""
    x = g / (g.norm() + 1e-7)
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    for _ in range(steps):
        s = x @ x.T
        x = 3.4445 * x + (-4.7750 * s + 2.0315 * s @ s) @ x
    return x.T if tall else x


class Muon(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.95, weight_decay=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            params = [p for p in group["params"] if p.grad is not None]
            turned = []
            for k, p in enumerate(params):
                state = self.state[p]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(p)
                state["momentum"].lerp_(p.grad, 1 - group["momentum"])
                # The processes hold equal gradients: each turns its share of the matrices.
                if k % together.processes() == together.rank():
                    flat = p.grad.lerp(state["momentum"], group["momentum"]).flatten(1)
                    turned.append((orthogonal(flat) * (0.2 * max(flat.shape) ** 0.5)).reshape(p.shape))
                else:
                    turned.append(torch.zeros_like(p))
            together.add(turned)
            for p, u in zip(params, turned):
                p.mul_(1 - group["lr"] * group["weight_decay"]).add_(u, alpha=-group["lr"])


def optimisers(model, likeness, rate, weight_decay=0.03):
    """Muon for the inner convolutions; AdamW for the first, the last, the norms, the biases and the teacher's maps."""
    inner, decay, plain = [], [], []
    for name, p in [*model.named_parameters(), *likeness.named_parameters()]:
        if p.ndim == 4 and "_out." not in name and name != "stem.0.conv.weight":
            inner.append(p)
        else:
            (decay if p.ndim > 1 else plain).append(p)
    others = [{"params": decay, "weight_decay": weight_decay}, {"params": plain, "weight_decay": 0.0}]
    return [Muon(inner, rate, weight_decay=weight_decay), torch.optim.AdamW(others, lr=rate, betas=(0.9, 0.99))]
