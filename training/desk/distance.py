"""Distances between footprints on the table plane (mm). A footprint is (points, radius): a disk or a convex polygon."""
import numpy as np


def _inside(p, poly):
    e = np.roll(poly, -1, 0) - poly
    d = p - poly
    side = e[:, 0] * d[:, 1] - e[:, 1] * d[:, 0]
    return bool(np.all(side >= 0) or np.all(side <= 0))


def _point_to_outline(p, poly):
    a, b = poly, np.roll(poly, -1, 0)
    e = b - a
    t = np.clip(((p - a) * e).sum(1) / np.maximum((e * e).sum(1), 1e-12), 0, 1)
    return float(np.linalg.norm(a + t[:, None] * e - p, axis=1).min())


def _cross(poly_a, poly_b):
    """True if an edge of one crosses an edge of the other."""
    a0, a1 = poly_a[:, None], np.roll(poly_a, -1, 0)[:, None]
    b0, b1 = poly_b[None], np.roll(poly_b, -1, 0)[None]

    def turn(p, q, r):
        return (q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1]) - (q[..., 1] - p[..., 1]) * (r[..., 0] - p[..., 0])

    return bool(np.any((turn(a0, a1, b0) * turn(a0, a1, b1) < 0) & (turn(b0, b1, a0) * turn(b0, b1, a1) < 0)))


def edge_distance(a, b):
    """0 where they touch or overlap."""
    (pa, ra), (pb, rb) = a, b
    if len(pa) == 1 and len(pb) == 1:
        gap = float(np.linalg.norm(pa[0] - pb[0]))
    elif len(pa) == 1 or len(pb) == 1:
        point, poly = (pa[0], pb) if len(pa) == 1 else (pb[0], pa)
        gap = 0.0 if _inside(point, poly) else _point_to_outline(point, poly)
    elif _inside(pa[0], pb) or _inside(pb[0], pa) or _cross(pa, pb):
        gap = 0.0
    else:
        gap = min(min(_point_to_outline(p, pb) for p in pa), min(_point_to_outline(p, pa) for p in pb))
    return max(0.0, gap - ra - rb)


def table_edge_distance(shape, outline):
    """Smallest distance from the footprint to the table's outline; negative: that far beyond it."""
    points, radius = shape
    return float(min((1 if _inside(p, outline) else -1) * _point_to_outline(p, outline) for p in points) - radius)
