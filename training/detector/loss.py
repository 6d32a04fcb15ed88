"""Task-aligned assignment, cross entropy against the quality of the box, GIoU + L1 box loss."""
import torch
from torch.nn import functional as F

TOP, ALPHA, BETA = 10, 0.5, 4.0


def giou(a, b):
    x1, y1 = torch.maximum(a[..., 0], b[..., 0]), torch.maximum(a[..., 1], b[..., 1])
    x2, y2 = torch.minimum(a[..., 2], b[..., 2]), torch.minimum(a[..., 3], b[..., 3])
    inter = (x2 - x1).clamp(min=0) * (y2 - y1).clamp(min=0)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    union = area_a + area_b - inter + 1e-6
    cx1, cy1 = torch.minimum(a[..., 0], b[..., 0]), torch.minimum(a[..., 1], b[..., 1])
    cx2, cy2 = torch.maximum(a[..., 2], b[..., 2]), torch.maximum(a[..., 3], b[..., 3])
    hull = (cx2 - cx1) * (cy2 - cy1) + 1e-6
    iou = inter / union
    return iou, iou - (hull - union) / hull


@torch.no_grad()
def assign(logits, boxes, points, strides, gt, labels, valid):
    """logits [N,A,C], boxes [N,A,4], gt [N,M,4], labels [N,M], valid [N,M] -> index of the box per cell
    (-1 none), alignment-scaled quality per cell."""
    n, a, _ = logits.shape
    own_index, quality = logits.new_full((n, a), -1, dtype=torch.long), logits.new_zeros(n, a)
    picture, place = valid.nonzero(as_tuple=True)
    if not len(picture):
        return own_index, quality
    # One row per true box of the whole batch: padding would cost several times as much.
    gt, labels = gt[picture, place], labels[picture, place]
    centre = (gt[:, :2] + gt[:, 2:]) / 2
    # Small boxes may hold no cell centre at all: let them claim cells within one stride of their centre.
    reach = torch.maximum((gt[:, 2:] - gt[:, :2]).unsqueeze(1) / 2, strides)
    offset = points - centre.unsqueeze(1)
    inside = (offset.abs() < reach).all(-1)
    cls = logits[picture, :, labels].sigmoid()
    iou = giou(gt.unsqueeze(1), boxes[picture])[0].clamp(min=0)
    # Early in training everything overlaps badly; nearness keeps the choice sane.
    near = torch.exp(-(offset / strides).square().sum(-1) / 50)
    metric = cls.pow(ALPHA) * (iou + 1e-3).pow(BETA) * inside * near
    top = metric.topk(min(TOP, a), dim=1)
    chosen = torch.zeros_like(inside).scatter_(1, top.indices, top.values > 1e-12) & inside
    overlap = torch.where(chosen, iou + 1e-4, 0.0)
    into = picture.unsqueeze(1).expand(-1, a)
    best = torch.zeros_like(quality).scatter_reduce_(0, into, overlap, "amax")
    own = chosen & (overlap == best[picture])
    row, cell = own.nonzero(as_tuple=True)
    own_index[picture[row], cell] = place[row]
    metric = torch.where(own, metric, 0.0)
    reachable = torch.where(own, iou, 0.0).amax(1, keepdim=True)
    quality.scatter_reduce_(0, into, metric / (metric.amax(1, keepdim=True) + 1e-9) * reachable, "amax")
    return own_index, quality


def detection_loss(logits, dist, boxes, points, strides, gt, labels, valid, unknown, class_weight, size):
    """unknown bool [N,A,C]: cells whose negatives say nothing about that class (unlabelled in that source).
    -> loss, its three parts, and what the class loss was divided by: the quality of all positives together."""
    index, quality = assign(logits.detach(), boxes.detach(), points, strides, gt, labels, valid)
    positive = index >= 0
    pick = index.clamp(min=0)
    norm = quality[positive].sum().clamp(min=1.0)
    # Plain cross entropy: a focal weight on negatives lets the scores of wrong classes stay near 0.45 (LOG.md).
    # First as if nothing were there, then put right at the positives: they are few.
    nothing = F.softplus(logits) * ~unknown
    picture, cell = positive.nonzero(as_tuple=True)
    label = labels.gather(1, pick)[picture, cell]
    at, target = logits[picture, cell, label], quality[picture, cell]
    # A cell that was given a box of no quality at all is a negative like any other.
    right = torch.where(target > 0, class_weight[label] * F.binary_cross_entropy_with_logits(at, target, reduction="none"), nothing[picture, cell, label])
    loss_cls = (nothing.sum() + (right - nothing[picture, cell, label]).sum()) / norm
    if positive.any():
        want = gt.gather(1, pick.unsqueeze(-1).expand(-1, -1, 4))[positive]
        got, w = boxes[positive], quality[positive].clamp(min=0.05)
        _, g = giou(got, want)
        loss_box = ((1 - g) * w).sum() / norm
        scale = (want[:, 2:] - want[:, :2]).clamp(min=4).repeat(1, 2)
        loss_l1 = (((got - want).abs() / scale).mean(1) * w).sum() / norm
    else:
        loss_box = loss_l1 = boxes.sum() * 0
    return 1.0 * loss_cls + 2.0 * loss_box + 1.0 * loss_l1, (loss_cls.detach(), loss_box.detach(), loss_l1.detach()), norm
