"""Draws a batch of plans (plan.py) with PyTorch, from pictures that lie in the device's memory."""
import numpy as np
import torch
from torch.nn import functional as F


class Pool:
    """Pictures u8 [capacity,3,side,side], padded with 114, at full, half and quarter size; it only grows."""

    def __init__(self, capacity, side, device):
        self.side, self.device, self.count = side, device, 0
        self.levels = [torch.full((capacity, 3, side >> k, side >> k), 114, dtype=torch.uint8, device=device) for k in range(3)]
        self.sizes = torch.zeros(capacity, 2, device=device)

    def add(self, pictures):
        """pictures: list of u8 [h,w,3], h and w at most side. They count once this returns."""
        stack = np.full((len(pictures), self.side, self.side, 3), 114, np.uint8)
        for s, p in zip(stack, pictures):
            s[:p.shape[0], :p.shape[1]] = p
        to = slice(self.count, self.count + len(pictures))
        x = torch.from_numpy(stack).to(self.device).permute(0, 3, 1, 2)
        self.levels[0][to] = x
        for k in (1, 2):
            x = F.avg_pool2d(x.float(), 2).round().to(torch.uint8)
            self.levels[k][to] = x
        self.sizes[to] = torch.tensor([[p.shape[1], p.shape[0]] for p in pictures], dtype=torch.float32).to(self.device)
        self.count += len(pictures)


def level(scale):
    """Which size of a picture to read when it is drawn at that scale."""
    return 0 if scale >= 0.6 else 1 if scale >= 0.3 else 2


def flat(plans, rows):
    """Plans as arrays: tiles and pastes, each sorted into groups (slot, level) in which no canvas comes twice, with rows
    [group, how many]; colours. A row: canvas, picture, window x0 y0 x1 y1, sx, sy, tx, ty, and the sum of the
    borders that a mirrored part is mirrored between (0: it is not)."""
    tiles, pastes = [], []
    for n, p in enumerate(plans):
        for slot, t in enumerate(p.tiles):
            tiles.append((slot * 3 + level((t.sx * t.sy) ** 0.5), n, t.row, *t.window, t.sx, t.sy, t.tx, t.ty, t.mirror * rows[t.row]["w"]))
        for slot, c in enumerate(p.pastes):
            (x1, y1, x2, y2), (x, y, w, h) = c.box, c.target
            sx, sy = w / (x2 - x1), h / (y2 - y1)
            pastes.append((slot * 3 + level((sx * sy) ** 0.5), n, c.row, x, y, x + w, y + h, sx, sy, x - x1 * sx, y - y1 * sy, c.mirror * (x1 + x2)))
    colours = [(c.grey, c.gamma, c.gain, c.lift, *c.tint, c.saturation, c.blur, c.noise) for c in (p.colour for p in plans)]
    return [*grouped(tiles), *grouped(pastes), np.array(colours, np.float32)]


def grouped(rows):
    a = np.array(rows, np.float32).reshape(-1, 12)
    a = a[np.argsort(a[:, 0], kind="stable")]
    groups, counts = np.unique(a[:, 0], return_counts=True)
    return a[:, 1:], np.stack([groups, counts], 1).astype(np.int64)


def draw(pool, count, S, tiles, tile_groups, pastes, paste_groups, colours):
    """-> f32 [count,3,S,S] in 0..1."""
    canvas = torch.full((count, 3, S, S), 114.0, device=pool.device)
    for part, lvl in parts(tiles, tile_groups, pool.device):
        seen, inside, _ = warp(pool, part, lvl, S)
        to = part[:, 0].long()
        canvas[to] = torch.where(inside, seen, canvas[to])
    for part, lvl in parts(pastes, paste_groups, pool.device):
        seen, _, alpha = warp(pool, part, lvl, S)
        to = part[:, 0].long()
        under = canvas[to]
        canvas[to] = under + (seen - under) * alpha
    return colour(canvas, colours)


def parts(rows, groups, device):
    rows, at = rows.to(device, non_blocking=True), 0
    for group, n in groups.tolist():
        yield rows[at:at + n], group % 3
        at += n


def warp(pool, part, lvl, S):
    """-> f32 [n,3,S,S] of the pictures as placed, bool [n,1,S,S] where window and picture are, alpha [n,1,S,S] of a soft border."""
    _, row, x0, y0, x1, y1, sx, sy, tx, ty, between = part.unsqueeze(-1).unbind(1)
    row = row[:, 0].long()
    k = torch.arange(S, device=pool.device) + 0.5
    u, v = (k - tx) / sx, (k - ty) / sy
    u = torch.where(between > 0, between - u, u)
    w, h = pool.sizes[row].unsqueeze(-1).unbind(1)
    grid = torch.stack([(2 * u / pool.side - 1).unsqueeze(1).expand(-1, S, -1), (2 * v / pool.side - 1).unsqueeze(2).expand(-1, -1, S)], -1)
    seen = F.grid_sample(pool.levels[lvl][row].float(), grid, mode="bilinear", padding_mode="border", align_corners=False)
    in_x = (k > x0) & (k < x1) & (u >= 0) & (u < w)
    in_y = (k > y0) & (k < y1) & (v >= 0) & (v < h)
    soft = 0.06 * torch.minimum(x1 - x0, y1 - y0) + 1
    near_x, near_y = torch.minimum(k - x0, x1 - k), torch.minimum(k - y0, y1 - k)
    alpha = (torch.minimum(near_x.unsqueeze(1), near_y.unsqueeze(2)) / soft.unsqueeze(2)).clamp(0, 1)
    return seen, (in_x.unsqueeze(1) & in_y.unsqueeze(2)).unsqueeze(1), alpha.unsqueeze(1)


def colour(x, c):
    """x f32 [n,3,S,S] in 0..255, c f32 [n,10] on the CPU -> in 0..1."""
    on_device = c.to(x.device, non_blocking=True).view(len(c), -1, 1, 1)
    grey, gamma, gain, lift, tint, saturation = (on_device[:, a:b] for a, b in ((0, 1), (1, 2), (2, 3), (3, 4), (4, 7), (7, 8)))
    x = torch.where(grey > 0, x.mean(1, keepdim=True), x) / 255
    x = ((x ** gamma) * gain * tint + lift).clamp(0, 1)
    mean = x.mean(1, keepdim=True)
    x = (mean + (x - mean) * saturation).clamp(0, 1)
    blurred, noisy = (torch.nonzero(c[:, k] > 0)[:, 0] for k in (8, 9))
    if len(blurred):
        at = blurred.to(x.device)
        x[at] = blur(x[at], on_device[at, 8, 0, 0])
    if len(noisy):
        at = noisy.to(x.device)
        x[at] = (x[at] + torch.randn_like(x[at]) * on_device[at, 9:10] / 255).clamp(0, 1)
    return x


def blur(x, sigma):
    """Gaussian, sigma f32 [n] in px up to 1.5, each picture its own."""
    n, channels, _, _ = x.shape
    k = torch.arange(-4, 5, device=x.device)
    kernel = torch.exp(-0.5 * (k / sigma.unsqueeze(1)) ** 2)
    kernel = (kernel / kernel.sum(1, keepdim=True)).repeat_interleave(channels, 0).view(n * channels, 1, 9)
    flat_x = F.pad(x.reshape(1, n * channels, *x.shape[2:]), (4, 4, 4, 4), mode="replicate")
    flat_x = F.conv2d(flat_x, kernel.unsqueeze(2), groups=n * channels)
    return F.conv2d(flat_x, kernel.unsqueeze(3), groups=n * channels).view_as(x)
