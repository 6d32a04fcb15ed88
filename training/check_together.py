"""Checks that two processes learn as one would on both their pictures, and that Muon's matrices come out orthogonal.

python training/check_together.py
"""
import sys
import tempfile
from pathlib import Path

import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parent))
from detector import together  # noqa: E402
from detector.muon import optimisers, orthogonal  # noqa: E402

STEPS = 4


class Tiny(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, bias=False), nn.Conv2d(8, 6, 3))
        self.cls_out = nn.Conv2d(6, 2, 1)

    def forward(self, x):
        return self.cls_out(torch.relu(self.stem(x))).square().mean()


def learn(rank, count, out):
    torch.manual_seed(3)
    model, maps = Tiny(), nn.Linear(2, 2)
    rules = optimisers(model, maps, 0.01)
    pictures = torch.rand(STEPS, 8, 3, 16, 16, generator=torch.Generator().manual_seed(5))
    for batch in pictures:
        for p in model.parameters():
            p.grad = None
        model(batch.chunk(count)[rank]).backward()
        together.mean([p.grad for p in model.parameters()])
        for rule in rules:
            rule.step()
    if rank == 0:
        torch.save([p.detach() for p in model.parameters()], out)


def main():
    torch.manual_seed(1)
    for shape in ((64, 576), (192, 96), (16, 16)):
        values = torch.linalg.svdvals(orthogonal(torch.randn(shape)))
        # The smallest of a square matrix are pushed up last.
        assert values.max() < 1.3 and values.median() > 0.65, (shape, values.min(), values.max())
    with tempfile.TemporaryDirectory() as folder:
        one, two = Path(folder) / "one.pt", Path(folder) / "two.pt"
        together.start(learn, 1, 1, one)
        together.start(learn, 2, 2, two)
        apart = max((a - b).abs().max().item() for a, b in zip(torch.load(one), torch.load(two)))
    assert apart < 1e-4, apart
    print(f"orthogonal; one process and two end {apart:.1e} apart after {STEPS} steps")


if __name__ == "__main__":
    main()
