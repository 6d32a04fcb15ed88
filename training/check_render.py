"""Checks rendered truth files against geometry: python training/check_render.py [folder ...]

For every object: its projected footprint lies inside its full box, its visible box inside the full one, a mug's
box is as wide as its true diameter projects, distances agree with a dense sampling of both outlines.
"""
import json
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]


def outline(footprint, n=360):
    if footprint["type"] == "circle":
        a = np.linspace(0, 2 * np.pi, n, endpoint=False)
        return np.array(footprint["center"]) + footprint["radius"] * np.stack([np.cos(a), np.sin(a)], 1)
    p = np.array(footprint["points"])
    t = np.linspace(0, 1, max(2, n // len(p)), endpoint=False)[:, None, None]
    return (p[None] * (1 - t) + np.roll(p, -1, 0)[None] * t).reshape(-1, 2)


def check(truth):
    cam, faults = truth["camera"], []
    R, t = np.array(cam["R"]), np.array(cam["t"])
    if np.abs(R @ R.T - np.eye(3)).max() > 1e-6 or np.linalg.det(R) < 0.999:
        faults.append("R is no rotation")
    if np.abs(-R.T @ t - cam["position_mm"]).max() > 0.05:
        faults.append("position disagrees with R and t")
    by_id = {o["id"]: o for o in truth["objects"] + truth["others"]}
    for o in truth["objects"]:
        if o["on"] not in by_id and o["on"] not in ("table", "floor"):
            faults.append(f"{o['id']} stands on unknown {o['on']}")
        if o["bbox"] is None or o["bbox_full"] is None:
            continue
        x0, y0, x1, y1 = o["bbox_full"]
        b = o["bbox"]
        if b[0] < x0 - 1.6 or b[1] < y0 - 1.6 or b[2] > x1 + 1.6 or b[3] > y1 + 1.6:
            faults.append(f"{o['id']}: visible box leaves the full box {b} {o['bbox_full']}")
        if o["visible"] > 0.999 and not o["truncated"] and max(abs(u - v) for u, v in zip(b, o["bbox_full"])) > 2.5:
            faults.append(f"{o['id']}: fully visible, yet {b} differs from {o['bbox_full']}")
        if o["class"] == "table":
            continue
        foot = outline(o["footprint"])
        q = np.c_[foot, np.full(len(foot), o["base_mm"][2])] @ R.T + t
        if q[:, 2].min() < 30:
            continue
        px = np.stack([q[:, 0] / q[:, 2] * cam["fx"] + cam["cx"], q[:, 1] / q[:, 2] * cam["fy"] + cam["cy"]], 1)
        slack = 0.02 * max(x1 - x0, y1 - y0) + 2
        if px[:, 0].min() < x0 - slack or px[:, 0].max() > x1 + slack or px[:, 1].max() > y1 + slack or px[:, 1].min() < y0 - slack:
            faults.append(f"{o['id']}: footprint leaves the box")
    for d in truth["distances"]:
        a, b = outline(by_id[d["a"]]["footprint"]), outline(by_id[d["b"]]["footprint"])
        gap = np.sqrt(((a[:, None] - b[None]) ** 2).sum(-1)).min()
        if d["edge_mm"] > 0 and abs(gap - d["edge_mm"]) > 12:
            faults.append(f"{d['a']}-{d['b']}: {d['edge_mm']} mm stated, {gap:.1f} sampled")
    return faults


def main():
    folders = [Path(p) for p in sys.argv[1:]] or [ROOT / "tests" / "fixtures" / "scenes", ROOT / "examples"]
    files = [f for folder in folders for f in sorted(folder.glob("*.json"))]
    bad = 0
    for f in files:
        for fault in check(json.loads(f.read_text())):
            bad += 1
            print(f"{f.name}: {fault}")
    print(f"{len(files)} truth files, {bad} faults")
    sys.exit(1 if bad or not files else 0)


if __name__ == "__main__":
    main()
