"""Boosted trees that tell free table from what lies on it or beyond it, from what `eval/free-cells.ts` wrote.

python training/free_table.py CELLS.json… [--trees 110]   (writes src/scene/plain/free-trees.ts)

CELLS.json lists pictures: {name, columns, rows, real, features: [...], cells: [[…features, label]]} with label 1 for free table, 0 for
anything else. Every picture counts alike, real photos five times. Pictures are split in five for the printed figures.
"""
import argparse
import json
from pathlib import Path

import numpy as np

OUT = Path(__file__).resolve().parents[1] / "src" / "scene" / "plain" / "free-trees.ts"
BINS, RATE, RIDGE, LEAST, REAL, PER_PICTURE, SUBSET = 32, 0.15, 5.0, 2.0, 5.0, 400, 30_000
rng = np.random.default_rng(1)


def best_split(codes, g, h, rows, features):
    """-> gain, feature, bin: rows whose code is at most the bin go left."""
    best, total_g, total_h = (0.0, int(features[0]), 0), g[rows].sum(), h[rows].sum()
    for f in features:
        c = codes[rows, f]
        left_g = np.cumsum(np.bincount(c, g[rows], BINS))[:-1]
        left_h = np.cumsum(np.bincount(c, h[rows], BINS))[:-1]
        gain = left_g**2 / (left_h + RIDGE) + (total_g - left_g) ** 2 / (total_h - left_h + RIDGE) - total_g**2 / (total_h + RIDGE)
        gain[(left_h < LEAST) | (total_h - left_h < LEAST)] = 0
        k = int(gain.argmax())
        if gain[k] > best[0]:
            best = (float(gain[k]), int(f), k)
    return best


def boost(codes, y, w, trees):
    base = float(np.log((w * y).sum() / (w * (1 - y)).sum()))
    score, out = np.full(len(y), base), []
    for _ in range(trees):
        p = 1 / (1 + np.exp(-score))
        g, h = w * (y - p), w * p * (1 - p)
        rows = rng.choice(len(y), min(SUBSET, len(y)), replace=False)
        features = rng.choice(codes.shape[1], max(6, codes.shape[1] * 2 // 3), replace=False)
        _, f, k = best_split(codes, g, h, rows, features)
        tree = [(f, k)]
        for branch in (codes[:, f] <= k, codes[:, f] > k):
            _, f2, k2 = best_split(codes, g, h, rows[branch[rows]], features)
            tree.append((f2, k2))
            for part in (branch & (codes[:, f2] <= k2), branch & (codes[:, f2] > k2)):
                mine = rows[part[rows]]
                step = RATE * g[mine].sum() / (h[mine].sum() + RIDGE)
                tree.append(step)
                score[part] += step
        out.append(tree)
    return base, out


def predict(codes, base, trees):
    score = np.full(len(codes), base)
    for (f, k), (fl, kl), a, b, (fr, kr), c, d in trees:
        left = codes[:, f] <= k
        score += np.where(left, np.where(codes[:, fl] <= kl, a, b), np.where(codes[:, fr] <= kr, c, d))
    return score


def main():
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("cells", nargs="+")
    a.add_argument("--trees", type=int, default=110)
    o = a.parse_args()
    pictures = [p for path in o.cells for p in json.loads(Path(path).read_text())]
    names = pictures[0]["features"]
    rows, weights, groups = [], [], []
    for picture in pictures:
        cells = np.array(picture["cells"], float)
        for label in (0, 1):
            these = cells[cells[:, -1] == label]
            these = these[rng.choice(len(these), min(PER_PICTURE // 2, len(these)), replace=False)]
            rows.append(these)
            weights.append(np.full(len(these), REAL if picture["real"] else 1.0))
            # All that was made of one desk stays in one part.
            groups.append(np.full(len(these), picture["desk"] % 5))
    x, w, group = np.concatenate(rows), np.concatenate(weights), np.concatenate(groups)
    x, y = x[:, :-1], x[:, -1]
    cuts = [np.unique(np.quantile(x[:, f], np.arange(1, BINS) / BINS)) for f in range(len(names))]
    codes = np.stack([np.searchsorted(c, x[:, f], side="left") for f, c in enumerate(cuts)], 1)
    held = np.zeros(len(y))
    for k in range(5):
        held[group == k] = predict(codes[group == k], *boost(codes[group != k], y[group != k], w[group != k], o.trees))
    for least in (-4, -1.5, 0, 0.6, 1.5):
        m = held >= least
        print(f"log odds from {least}: {m[y == 1].mean():.3f} of free cells, {y[m].mean():.3f} of these are free")
    base, trees = boost(codes, y, w, o.trees)
    number = lambda v: f"{v:.4g}"
    node = lambda s: f"'{names[s[0]]}', {number(cuts[s[0]][min(s[1], len(cuts[s[0]]) - 1)])}"
    lines = [f"  [{node(t[0])}, {node(t[1])}, {number(t[2])}, {number(t[3])}, {node(t[4])}, {number(t[5])}, {number(t[6])}]," for t in trees]
    text = OUT.read_text()
    start, end = text.index("export const BASE"), text.index("];", text.index("export const TREES"))
    OUT.write_text(f"{text[:start]}export const BASE = {number(base)};\n\nexport const TREES: readonly FreeTree[] = [\n" + "\n".join(lines) + f"\n{text[end:]}")


if __name__ == "__main__":
    main()
