"""A pinhole camera over the table: x right, y down, z forward; p_cam = R p_world + t (mm)."""
from dataclasses import dataclass

import numpy as np


@dataclass
class Camera:
    width: int
    height: int
    focal: float  # px, same in x and y; the principal point is the centre of the picture
    R: np.ndarray
    t: np.ndarray

    @property
    def cx(self):
        return self.width / 2

    @property
    def cy(self):
        return self.height / 2

    @property
    def eye(self):
        return -self.R.T @ self.t

    def to_camera(self, p):
        return p @ self.R.T + self.t

    def project(self, p):
        q = self.to_camera(np.asarray(p, float))
        return np.stack([q[:, 0] / q[:, 2] * self.focal + self.cx, q[:, 1] / q[:, 2] * self.focal + self.cy], 1)


def look_at(width, height, fov_deg, eye, target, roll=0.0):
    """fov_deg spans the longer side."""
    focal = max(width, height) / 2 / np.tan(np.radians(fov_deg) / 2)
    z = np.asarray(target, float) - eye
    z /= np.linalg.norm(z)
    up = np.array([0, 0, 1.0]) if abs(z[2]) < 0.995 else np.array([0, 1.0, 0])
    x = np.cross(z, up)
    x /= np.linalg.norm(x)
    y = np.cross(z, x)
    c, s = np.cos(roll), np.sin(roll)
    R = np.stack([c * x + s * y, -s * x + c * y, z])
    return Camera(width, height, float(focal), R, -R @ np.asarray(eye, float))


ASPECTS = [(4, 3), (3, 4), (3, 2), (2, 3), (16, 9), (1, 1), (9, 16)]


def sample(rng, long_side, centre, spread, face):
    """centre: a table point of interest, spread: half extent of what to see (mm), face: azimuth of the front side."""
    a, b = ASPECTS[rng.choice(len(ASPECTS), p=[0.36, 0.14, 0.2, 0.05, 0.13, 0.08, 0.04])]
    width = int(round(long_side * a / max(a, b)))
    height = int(round(long_side * b / max(a, b)))
    fov = rng.uniform(38, 74)
    elevation = np.radians(rng.choice([rng.uniform(12, 28), rng.uniform(25, 55), rng.uniform(50, 88)], p=[0.25, 0.53, 0.22]))
    azimuth = face + rng.normal(0, 0.5) if rng.random() < 0.8 else rng.uniform(0, 2 * np.pi)
    distance = max(260.0, spread * rng.uniform(0.75, 1.6) / np.tan(np.radians(fov) / 2))
    direction = np.array([np.cos(azimuth) * np.cos(elevation), np.sin(azimuth) * np.cos(elevation), np.sin(elevation)])
    target = np.array([centre[0], centre[1], rng.uniform(0, 80)]) + np.r_[rng.normal(0, spread * 0.18, 2), 0]
    eye = target + direction * distance
    eye[2] = max(eye[2], 130)
    roll = rng.normal(0, 0.05) if rng.random() < 0.9 else rng.normal(0, 0.25)
    return look_at(width, height, fov, eye, target, roll)
