"""Boosted trees that tell which line of a picture is the table's edge, from what `eval/edge-lines.ts` wrote.

python training/table_edge.py LINES.json… [--trees 120]   (writes src/scene/table/edge-trees.ts)

Logistic loss, trees of two levels on 32 bins of each feature; desks are split in five for the printed figures.
"""
import argparse
import json
from pathlib import Path

import numpy as np

OUT = Path(__file__).resolve().parents[1] / "src" / "scene" / "table" / "edge-trees.ts"
BINS, RATE, RIDGE, LEAST = 32, 0.1, 5.0, 60


def best_split(codes, gradient, hessian, rows):
    """-> gain, feature, bin: rows whose code is at most the bin go left."""
    g, h, total = gradient[rows], hessian[rows], (0.0, 0, 0)
    for f in range(codes.shape[1]):
        c = codes[rows, f]
        left_g, left_h = np.cumsum(np.bincount(c, g, BINS))[:-1], np.cumsum(np.bincount(c, h, BINS))[:-1]
        n = np.cumsum(np.bincount(c, minlength=BINS))[:-1]
        right_g, right_h = g.sum() - left_g, h.sum() - left_h
        gain = left_g**2 / (left_h + RIDGE) + right_g**2 / (right_h + RIDGE) - g.sum() ** 2 / (h.sum() + RIDGE)
        gain[(n < LEAST) | (len(rows) - n < LEAST)] = 0
        k = int(gain.argmax())
        if gain[k] > total[0]:
            total = (float(gain[k]), f, k)
    return total


def boost(codes, y, trees):
    base = float(np.log(y.mean() / (1 - y.mean())))
    score, out = np.full(len(y), base), []
    for _ in range(trees):
        p = 1 / (1 + np.exp(-score))
        g, h = y - p, p * (1 - p)
        _, f, k = best_split(codes, g, h, np.arange(len(y)))
        tree = [(f, k)]
        for rows in (np.nonzero(codes[:, f] <= k)[0], np.nonzero(codes[:, f] > k)[0]):
            _, f2, k2 = best_split(codes, g, h, rows)
            tree.append((f2, k2))
            for part in (rows[codes[rows, f2] <= k2], rows[codes[rows, f2] > k2]):
                step = RATE * g[part].sum() / (h[part].sum() + RIDGE)
                tree.append(step)
                score[part] += step
        out.append(tree)
    return base, out


def predict(codes, base, trees):
    score = np.full(len(codes), base)
    for (f, k), (fl, kl), a, b, (fr, kr), c, d in trees:
        left = codes[:, f] <= k
        score += np.where(left, np.where(codes[:, fl] <= kl, a, b), np.where(codes[:, fr] <= kr, c, d))
    return 1 / (1 + np.exp(-score))


def main():
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("lines", nargs="+")
    a.add_argument("--trees", type=int, default=120)
    o = a.parse_args()
    desks = [d for path in o.lines for d in json.loads(Path(path).read_text())]
    names = list(next(d for d in desks if d["lines"])["lines"][0]["features"])
    lines = [(d["desk"], ln) for d in desks for ln in d["lines"]]
    x = np.array([[ln["features"][n] for n in names] for _, ln in lines])
    y = np.array([ln["edge"] for _, ln in lines], float)
    groups = np.unique([desk for desk, _ in lines], return_inverse=True)[1] % 5
    cuts = [np.unique(np.quantile(x[:, f], np.linspace(0, 1, BINS + 1)[1:-1])) for f in range(len(names))]
    codes = np.stack([np.searchsorted(c, x[:, f], side="left") for f, c in enumerate(cuts)], 1)
    held = np.zeros(len(y))
    for k in range(5):
        held[groups == k] = predict(codes[groups == k], *boost(codes[groups != k], y[groups != k], o.trees))
    for low, high in [(0, 0.05), (0.05, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1)]:
        m = (held >= low) & (held <= high)
        print(f"{low} to {high}: {m.sum()} lines, {y[m].mean() if m.any() else 0:.3f} are edges")
    np.save("held.npy", held)
    base, trees = boost(codes, y, o.trees)
    number = lambda v: f"{v:.4g}"
    node = lambda s: f"'{names[s[0]]}', {number(cuts[s[0]][min(s[1], len(cuts[s[0]]) - 1)])}"
    rows = [f"  [{node(t[0])}, {node(t[1])}, {number(t[2])}, {number(t[3])}, {node(t[4])}, {number(t[5])}, {number(t[6])}]," for t in trees]
    OUT.write_text(f"""// Made by training/table_edge.py from {len(y)} lines of {len(set(d['desk'] for d in desks))} rendered desks.
import type {{ EdgeFeature }} from './edge-candidates.ts';

/** Feature and limit (at most it: left), then for each branch the same and two steps of the log odds. */
export type EdgeTree = readonly [
  EdgeFeature, number, EdgeFeature, number, number, number, EdgeFeature, number, number, number,
];

/** Log odds that a line is the table's edge before anything is known of it. */
export const BASE = {number(base)};

export const TREES: readonly EdgeTree[] = [
{chr(10).join(rows)}
];
""")


if __name__ == "__main__":
    main()
