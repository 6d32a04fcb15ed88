"""A small anchor-free detector: plain convolutions (fast on one CPU core), strides 8/16/32, one box per cell."""
import copy

import torch
from torch import nn
from torch.nn import functional as F

STRIDES = (8, 16, 32)


class Conv(nn.Module):
    def __init__(self, cin, cout, k=3, s=1):
        super().__init__()
        self.conv = nn.Conv2d(cin, cout, k, s, k // 2, bias=False)
        self.bn = nn.BatchNorm2d(cout, eps=1e-3, momentum=0.03)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)), inplace=True)


class Split(nn.Module):
    """Cross-stage block: half the channels go through n residual pairs, everything is mixed at the end."""

    def __init__(self, cin, cout, n=1, residual=True):
        super().__init__()
        self.half = cout // 2
        self.enter = Conv(cin, cout, 1)
        self.pairs = nn.ModuleList(nn.Sequential(Conv(self.half, self.half), Conv(self.half, self.half)) for _ in range(n))
        self.leave = Conv((2 + n) * self.half, cout, 1)
        self.residual = residual

    def forward(self, x):
        parts = list(self.enter(x).split(self.half, 1))
        for pair in self.pairs:
            y = pair(parts[-1])
            parts.append(parts[-1] + y if self.residual else y)
        return self.leave(torch.cat(parts, 1))


class Pool(nn.Module):
    def __init__(self, cin, cout):
        super().__init__()
        self.enter, self.leave = Conv(cin, cin // 2, 1), Conv(cin * 2, cout, 1)

    def forward(self, x):
        x = self.enter(x)
        a = F.max_pool2d(x, 5, 1, 2)
        b = F.max_pool2d(a, 5, 1, 2)
        return self.leave(torch.cat([x, a, b, F.max_pool2d(b, 5, 1, 2)], 1))


class Detector(nn.Module):
    def __init__(self, classes=13, extra=0, widths=(16, 32, 64, 128, 192), depths=(1, 2, 2, 1), neck=64, head=64):
        """extra: classes that only training knows, behind the others; `trim` removes them."""
        super().__init__()
        self.config = {"classes": classes, "extra": extra, "widths": list(widths), "depths": list(depths), "neck": neck, "head": head}
        w0, w1, w2, w3, w4 = widths
        self.stem = nn.Sequential(Conv(3, w0, 3, 2), Conv(w0, w1, 3, 2), Split(w1, w1, depths[0]))
        self.s8 = nn.Sequential(Conv(w1, w2, 3, 2), Split(w2, w2, depths[1]))
        self.s16 = nn.Sequential(Conv(w2, w3, 3, 2), Split(w3, w3, depths[2]))
        self.s32 = nn.Sequential(Conv(w3, w4, 3, 2), Split(w4, w4, depths[3]), Pool(w4, w4))
        self.l3, self.l4, self.l5 = Conv(w2, neck, 1), Conv(w3, neck, 1), Conv(w4, neck, 1)
        self.up4, self.up3 = Split(2 * neck, neck, 1, False), Split(2 * neck, neck, 1, False)
        self.d4, self.d5 = Conv(neck, neck, 3, 2), Conv(neck, neck, 3, 2)
        self.down4, self.down5 = Split(2 * neck, neck, 1, False), Split(2 * neck, neck, 1, False)
        self.cls_stem = nn.ModuleList(Conv(neck, head) for _ in STRIDES)
        self.box_stem = nn.ModuleList(Conv(neck, head) for _ in STRIDES)
        self.cls_out = nn.ModuleList(nn.Conv2d(head, classes + extra, 1) for _ in STRIDES)
        self.box_out = nn.ModuleList(nn.Conv2d(head, 4, 1) for _ in STRIDES)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
        for c, b in zip(self.cls_out, self.box_out):
            nn.init.normal_(c.weight, std=0.01)
            nn.init.constant_(c.bias, -5.5)
            nn.init.normal_(b.weight, std=0.01)
            nn.init.constant_(b.bias, 1.2)

    def features(self, x, stem=None):
        c3 = self.s8((stem or self.stem)(x))
        c4 = self.s16(c3)
        c5 = self.l5(self.s32(c4))
        p4 = self.up4(torch.cat([self.l4(c4), F.interpolate(c5, scale_factor=2.0, mode="nearest")], 1))
        p3 = self.up3(torch.cat([self.l3(c3), F.interpolate(p4, scale_factor=2.0, mode="nearest")], 1))
        n4 = self.down4(torch.cat([p4, self.d4(p3)], 1))
        n5 = self.down5(torch.cat([c5, self.d5(n4)], 1))
        return p3, n4, n5

    def forward(self, x):
        """x f32 [N,3,S,S] in 0..1 -> class logits [N,A,C], distances left/top/right/bottom in strides [N,A,4], pooled."""
        return self.with_class_features(x)[:3]

    def with_class_features(self, x, stem=None):
        """forward's three and, per stride, the features [N,head,h,w] that the classes are read from; stem: see `still`."""
        levels = self.features(x, stem)
        logits, dist, classy = [], [], [cs(f) for cs, f in zip(self.cls_stem, levels)]
        for f, c, bs, co, bo in zip(levels, classy, self.box_stem, self.cls_out, self.box_out):
            logits.append(co(c).flatten(2).transpose(1, 2))
            dist.append(F.softplus(bo(bs(f))).flatten(2).transpose(1, 2))
        pooled = torch.cat([f.mean((2, 3)) for f in levels], 1)
        return torch.cat(logits, 1), torch.cat(dist, 1), pooled, classy


def cells(size, device="cpu"):
    """-> cell centres in px [A,2] and strides [A,1], levels in order, rows first."""
    points, strides = [], []
    for s in STRIDES:
        k = (torch.arange(size // s, device=device) + 0.5) * s
        y, x = torch.meshgrid(k, k, indexing="ij")
        points.append(torch.stack([x, y], -1).reshape(-1, 2))
        strides.append(torch.full((points[-1].shape[0], 1), float(s), device=device))
    return torch.cat(points), torch.cat(strides)


def to_boxes(dist, points, strides):
    d = dist * strides
    return torch.cat([points - d[..., :2], points + d[..., 2:]], -1)


def trim(model):
    """Cuts the extra classes off; returns the model."""
    keep = model.config["classes"]
    for conv in model.cls_out:
        conv.weight.data, conv.bias.data = conv.weight.data[:keep], conv.bias.data[:keep]
        conv.out_channels = keep
    model.config["extra"] = 0
    return model


def fuse(model):
    """Folds every batch norm into its convolution (for export); returns the model in eval mode."""
    model.eval()
    for m in model.modules():
        if isinstance(m, Conv):
            scale = m.bn.weight / torch.sqrt(m.bn.running_var + m.bn.eps)
            conv = nn.Conv2d(m.conv.in_channels, m.conv.out_channels, m.conv.kernel_size, m.conv.stride, m.conv.padding)
            conv.weight.data = m.conv.weight.data * scale[:, None, None, None]
            conv.bias.data = m.bn.bias.data - m.bn.running_mean * scale
            m.conv, m.bn = conv, nn.Identity()
    return model


def still(stem):
    """The stem as it is now, folded and without gradients: in training it costs a fifth of one that learns."""
    folded = fuse(copy.deepcopy(stem)).requires_grad_(False)
    return lambda x: folded(x)
