"""Muon: momentum whose matrix is made orthogonal before it is a step, so that every direction of a layer learns alike.

Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/ (Newton-Schulz iteration and its coefficients); the size of
a step follows Liu et al. 2025, arXiv:2502.16982, so that learning rates of AdamW fit. A convolution counts as the
matrix [out, in * k * k]; torch.optim.Muon takes matrices only, and every process would turn all of them.
"""
import torch

from . import together


def orthogonal(g, steps=5):
    """[...,m,n] -> roughly U V^T of its singular value decomposition: all singular values between about 0.7 and 1.2."""
    x = g / (g.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    tall = x.shape[-2] > x.shape[-1]
    x = x.mT if tall else x
    for _ in range(steps):
        s = x @ x.mT
        x = 3.4445 * x + (-4.7750 * s + 2.0315 * s @ s) @ x
    return x.mT if tall else x


class Muon(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.95, weight_decay=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            params = [p for p in group["params"] if p.grad is not None]
            if not params:
                continue
            for p in params:
                if "momentum" not in self.state[p]:
                    self.state[p]["momentum"] = torch.zeros_like(p)
            momenta, gradients = [self.state[p]["momentum"] for p in params], [p.grad for p in params]
            torch._foreach_lerp_(momenta, gradients, 1 - group["momentum"])
            ahead = torch._foreach_lerp(gradients, momenta, group["momentum"])
            turned = [None] * len(params)
            # Matrices of one shape are turned together: many small products cost a GPU more than few large ones. The
            # processes hold equal gradients: each turns its share.
            for k, same in enumerate(alike(ahead)):
                if k % together.processes() == together.rank():
                    stack = orthogonal(torch.stack([ahead[i].flatten(1) for i in same]))
                    stack = stack * (0.2 * max(stack.shape[1:]) ** 0.5)
                    for i, u in zip(same, stack):
                        turned[i] = u.reshape(params[i].shape)
                else:
                    for i in same:
                        turned[i] = torch.zeros_like(params[i])
            together.add(turned)
            torch._foreach_mul_(params, 1 - group["lr"] * group["weight_decay"])
            torch._foreach_add_(params, turned, alpha=-group["lr"])


def alike(matrices):
    """-> lists of the places that hold the same shape [m,n]."""
    places = {}
    for i, m in enumerate(matrices):
        places.setdefault(m.flatten(1).shape, []).append(i)
    return list(places.values())


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
