"""Boosted trees that tell how far the table goes on beyond a thing, from what `eval/table-margins.ts` wrote.

python training/table_margin.py MARGINS.json… [--trees 120]   (writes src/scene/table/margin-trees.ts)

Each thing is asked about several lengths: does the table go on at least so far? Logistic loss, trees of two levels on 32 bins of
each feature (`table_edge.py`); desks are split in five for the printed figures.
"""
import argparse
import json
from pathlib import Path

import numpy as np
from table_edge import BINS, boost, predict

OUT = Path(__file__).resolve().parents[1] / "src" / "scene" / "table" / "margin-trees.ts"


def main():
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("margins", nargs="+")
    a.add_argument("--trees", type=int, default=120)
    a.add_argument("--check", action="append", default=[], help="desks that are not learned from")
    o = a.parse_args()
    parts = [json.loads(Path(p).read_text()) for p in o.margins]
    names, lengths = parts[0]["features"], parts[0]["lengths"]
    things, x, y = unpacked(parts, lengths)
    groups = np.unique([t["desk"] for t in things], return_inverse=True)[1].repeat(len(lengths)) % 5
    cuts = [np.unique(np.quantile(x[:, f], np.linspace(0, 1, BINS + 1)[1:-1])) for f in range(len(names))]
    coded = lambda x: np.stack([np.searchsorted(c, x[:, f], side="left") for f, c in enumerate(cuts)], 1)
    codes, held = coded(x), np.zeros(len(y))
    for k in range(5):
        held[groups == k] = predict(codes[groups == k], *boost(codes[groups != k], y[groups != k], o.trees))
    report("held back", things, held, y, lengths)
    base, trees = boost(codes, y, o.trees)
    for path in o.check:
        others, xc, yc = unpacked([json.loads(Path(path).read_text())], lengths)
        report(path, others, predict(coded(xc), base, trees), yc, lengths)
    number = lambda v: f"{v:.4g}"
    node = lambda s: f"'{names[s[0]]}', {number(cuts[s[0]][min(s[1], len(cuts[s[0]]) - 1)])}"
    rows = [f"  [{node(t[0])}, {node(t[1])}, {number(t[2])}, {number(t[3])}, {node(t[4])}, {number(t[5])}, {number(t[6])}]," for t in trees]
    OUT.write_text(f"""// Made by training/table_margin.py from {len(things)} things on {len(set(t['desk'] for t in things))} rendered desks.
import type {{ MarginFeature }} from './margin-features.ts';

/** Feature and limit (at most it: left), then for each branch the same and two steps of the log odds. */
export type MarginTree = readonly [
  MarginFeature, number, MarginFeature, number, number, number, MarginFeature, number, number, number,
];

/** Log odds that the table goes on before anything is known. */
export const BASE = {number(base)};

export const TREES: readonly MarginTree[] = [
{chr(10).join(rows)}
];
""")


def unpacked(parts, lengths):
    things = [t for p in parts for t in p["rows"]]
    x = np.array([row for t in things for row in t["x"]])
    y = np.array([float(t["truth"] >= length) for t in things for length in lengths])
    return things, x, y


def report(name, things, p, y, lengths):
    print(name)
    for low, high in [(0, 0.05), (0.05, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 0.95), (0.95, 1)]:
        m = (p >= low) & (p <= high)
        print(f"  {low} to {high}: {m.sum()} lengths, stated {p[m].mean() if m.any() else 0:.3f}, {y[m].mean() if m.any() else 0:.3f} true")
    k = lengths.index(50)
    for method in sorted({t["method"] for t in things}):
        m = np.array([t["method"] == method and t["class"] == "mug" for t in things])
        q, t = p[k :: len(lengths)][m], y[k :: len(lengths)][m]
        far, near = q >= 0.95, q <= 0.05
        wrong = (far & (t == 0)).sum() + (near & (t == 1)).sum()
        decided = far.sum() + near.sum()
        print(f"  50 mm, {method}: {m.sum()} mugs, {decided / m.sum():.2f} decided ({near.sum()} near), of those {wrong / max(1, decided):.3f} wrong")


if __name__ == "__main__":
    main()
