"""One thing that can be put on a table: mesh in its own frame (base centre at the origin, z up) and its facts."""
from dataclasses import dataclass, field

import numpy as np

from .mesh import Mesh, circle


@dataclass
class Item:
    kind: str
    mesh: Mesh
    size: tuple  # width (x), depth (y), height (z) of the body in mm
    cls: str | None = None
    radius: float | None = None  # footprint: a disk...
    polygon: np.ndarray | None = None  # ...or a convex polygon, counter-clockwise, in the item's frame
    hull: np.ndarray | None = None  # convex outline that keeps clear of others (handle, screen), default the footprint
    loose: Mesh | None = None  # drawn with the item but outside its box (cables)
    top: float | None = None  # height of a flat top that may carry something
    extras: dict = field(default_factory=dict)  # measured facts for the truth file (outer diameter, lid angle, ...)

    def outline(self):
        if self.hull is not None:
            return self.hull
        return circle(self.radius, 20) if self.polygon is None else self.polygon


def rect(w, d, cx=0.0, cy=0.0):
    return np.array([[cx + w / 2, cy + d / 2], [cx - w / 2, cy + d / 2], [cx - w / 2, cy - d / 2], [cx + w / 2, cy - d / 2]])
