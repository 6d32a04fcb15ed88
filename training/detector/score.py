"""Average precision, recall at a precision, and box noise from matched detections."""
import numpy as np


def iou_matrix(a, b):
    if len(a) == 0 or len(b) == 0:
        return np.zeros((len(a), len(b)))
    x1, y1 = np.maximum(a[:, None, 0], b[None, :, 0]), np.maximum(a[:, None, 1], b[None, :, 1])
    x2, y2 = np.minimum(a[:, None, 2], b[None, :, 2]), np.minimum(a[:, None, 3], b[None, :, 3])
    inter = (x2 - x1).clip(0) * (y2 - y1).clip(0)
    area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    return inter / (area_a[:, None] + area_b[None] - inter + 1e-9)


def match(pictures, cls, threshold=0.5):
    """pictures: list of {gt, gt_labels, ignore (bool), boxes, scores, labels}.
    -> scores, hit (bool), error rows (picture, detection box, truth box) of hits, number of truths."""
    scores, hits, pairs, total = [], [], [], 0
    for p in pictures:
        gi = p["gt_labels"] == cls
        gt, ignore = p["gt"][gi], p["ignore"][gi]
        total += int((~ignore).sum())
        di = np.nonzero(p["labels"] == cls)[0]
        di = di[np.argsort(-p["scores"][di], kind="stable")]
        iou = iou_matrix(p["boxes"][di], gt)
        taken = np.zeros(len(gt), bool)
        for row, d in zip(iou, di):
            free = np.where(taken, 0, row)
            best = int(free.argmax()) if len(gt) else -1
            if best >= 0 and free[best] >= threshold:
                taken[best] = True
                if ignore[best]:
                    continue
                hits.append(True)
                pairs.append((p["scores"][d], p["boxes"][d], gt[best]))
            else:
                hits.append(False)
            scores.append(p["scores"][d])
    order = np.argsort(-np.array(scores), kind="stable") if scores else np.array([], int)
    return np.array(scores)[order], np.array(hits, bool)[order], pairs, total


def average_precision(hits, total):
    if total == 0:
        return None
    tp = np.cumsum(hits)
    precision = tp / np.arange(1, len(hits) + 1) if len(hits) else np.array([])
    recall = tp / total
    envelope = np.maximum.accumulate(precision[::-1])[::-1] if len(precision) else precision
    return float(sum((envelope[recall >= r].max() if (recall >= r).any() else 0) for r in np.linspace(0, 1, 101)) / 101)


def recall_at_precision(scores, hits, total, wanted=0.7):
    """Highest recall over thresholds whose precision is at least wanted -> (recall, precision, threshold)."""
    tp = np.cumsum(hits)
    best = (0.0, None, None)
    for k in range(len(hits)):
        if k + 1 < len(hits) and scores[k + 1] == scores[k]:
            continue
        precision = tp[k] / (k + 1)
        if precision >= wanted and tp[k] / total > best[0]:
            best = (tp[k] / total, float(precision), float(scores[k]))
    return best


def at_threshold(scores, hits, total, threshold):
    keep = scores >= threshold
    n, tp = int(keep.sum()), int(hits[keep].sum())
    return {"recall": tp / total if total else None, "precision": tp / n if n else None}


def box_noise(pairs, threshold):
    """Edge errors divided by the box's size along that edge's axis, over hits above the threshold."""
    rows = []
    for s, d, g in pairs:
        if s >= threshold:
            w, h = g[2] - g[0], g[3] - g[1]
            rows.append([(d[0] - g[0]) / w, (d[1] - g[1]) / h, (d[2] - g[2]) / w, (d[3] - g[3]) / h])
    if len(rows) < 2:
        return None
    e = np.array(rows)
    return {"sigma_rel": round(float(e.std()), 4), "rms_rel": round(float(np.sqrt((e ** 2).mean())), 4), "n": len(e),
            "bias_rel": {k: round(float(v), 4) for k, v in zip(("left", "top", "right", "bottom"), e.mean(0))},
            "edge_sigma_rel": {k: round(float(v), 4) for k, v in zip(("left", "top", "right", "bottom"), e.std(0))}}
