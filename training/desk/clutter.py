"""Unlabelled things that make a desk look lived on."""
import numpy as np

from .item import Item, rect
from .mesh import Mesh, box, circle, extrude, lathe, quad, rot, sphere, tube


def plant(rng, mats):
    r, h = rng.uniform(35, 85), rng.uniform(55, 140)
    mesh = Mesh()
    taper = rng.uniform(0.65, 1)
    lathe(mesh, [(0.01, 0), (r * taper, 0), (r, h - 8), (r * 1.04, h), (r * 0.95, h), (r * 0.9, h - 12), (0.01, h - 12)], mats.ceramic(), seg=28)
    leaf = mats.add((rng.uniform(0.03, 0.15), rng.uniform(0.18, 0.4), rng.uniform(0.02, 0.1)), gloss=40, noise=0.5, noise_mm=14)
    for _ in range(int(rng.integers(8, 34))):
        a, up, length, width = rng.uniform(0, 2 * np.pi), rng.uniform(0.3, 1.3), rng.uniform(50, 190), rng.uniform(7, 34)
        k = np.linspace(0, 1, 7)
        reach = length * k * np.cos(up) + rng.uniform(0, 0.4) * length * k ** 2
        z = h - 12 + length * k * np.sin(up) - rng.uniform(0, 0.5) * length * k ** 2
        half = width * np.sin(np.pi * np.clip(k * 0.96 + 0.04, 0, 1)) ** 0.7 / 2
        d, side = np.array([np.cos(a), np.sin(a)]), np.array([-np.sin(a), np.cos(a)])
        left = np.c_[reach[:, None] * d + half[:, None] * side, z]
        right = np.c_[reach[:, None] * d - half[:, None] * side, z]
        for i in range(6):
            quad(mesh, [left[i], right[i], right[i + 1] + 1e-3, left[i + 1] + 1e-3], leaf)
    return Item("plant", mesh, (2 * r, 2 * r, h + 120), None, radius=r * taper, hull=circle(r * 1.3, 18))


def pen(rng, mats):
    length, r = rng.uniform(125, 180), rng.uniform(3.2, 6)
    mesh = Mesh()
    tube(mesh, [[0, -length / 2, r], [0, length / 2 - 18, r]], r, mats.plastic(mats.hue(0.01, 0.8)), seg=8)
    tube(mesh, [[0, length / 2 - 18, r], [0, length / 2, r]], [r, r * 0.2], mats.plastic(), seg=8)
    return Item("pen", mesh, (2 * r, length, 2 * r), None, polygon=rect(2 * r, length))


def pen_pot(rng, mats):
    r, h = rng.uniform(32, 45), rng.uniform(85, 110)
    mesh = Mesh()
    if rng.random() < 0.5:
        lathe(mesh, [(0.01, 0), (r, 0), (r, h), (r - 2, h), (r - 2, 4), (0.01, 4)], mats.plastic(), seg=24)
    else:
        box(mesh, (1.7 * r, 1.7 * r, h), mats.plastic(), mat_top=mats.plastic((0.01, 0.01, 0.01)))
    for _ in range(int(rng.integers(2, 9))):
        a, q = rng.uniform(0, 6.28), rng.uniform(0.3, 0.8) * r
        tip = rng.uniform(1.4, 1.9) * h
        tube(mesh, [[q * 0.2 * np.cos(a + 2), q * 0.2 * np.sin(a + 2), 6], [q * np.cos(a), q * np.sin(a), tip]], rng.uniform(3, 5), mats.plastic(mats.hue(0.01, 0.8)), seg=6)
    return Item("pen_pot", mesh, (2 * r, 2 * r, h), None, radius=r, hull=circle(r, 18))


def fruit(rng, mats):
    r = rng.uniform(28, 45)
    rgb = [(0.5, 0.03, 0.02), (0.7, 0.25, 0.02), (0.3, 0.45, 0.04), (0.75, 0.55, 0.04)][rng.integers(4)]
    mesh = sphere(Mesh(), r, mats.add(rgb, noise=0.4, noise_mm=12, gloss=40), squash=rng.uniform(0.85, 1.0))
    return Item("fruit", mesh, (2 * r, 2 * r, 2 * r), None, radius=r * 0.4, hull=circle(r, 18))


def lamp(rng, mats):
    mesh, mat = Mesh(), mats.plastic() if rng.random() < 0.6 else mats.metal()
    r, h = rng.uniform(60, 100), rng.uniform(280, 460)
    lathe(mesh, [(0.01, 0), (r, 0), (r, 12), (r * 0.9, 18), (0.01, 18)], mat, seg=30)
    if rng.random() < 0.5:
        elbow = [rng.uniform(-120, 120), rng.uniform(-60, 60), h * 0.7]
        head = [elbow[0] + rng.uniform(-160, 160), elbow[1] + rng.uniform(-90, 90), h]
        tube(mesh, [[0, 0, 15], elbow], 6, mat, seg=8)
        tube(mesh, [elbow, head], 6, mat, seg=8)
        part = lathe(Mesh(), [(70, -70), (55, -20), (20, 10), (0.01, 12)], mat, seg=24)
        mesh.extend(part, rot("y", rng.uniform(-0.5, 0.5)), head)
    else:
        tube(mesh, [[0, 0, 15], [0, 0, h]], 8, mat, seg=8)
        shade = mats.add((0.85, 0.8, 0.7), emit=rng.choice([0.0, 1.2]), gloss=4)
        lathe(mesh, [(110, h - 90), (70, h + 70)], shade, seg=28)
    return Item("lamp", mesh, (2 * r, 2 * r, h), None, radius=r, hull=circle(r * 1.3, 18))


def cutlery(rng, mats):
    mesh, mat = Mesh(), mats.metal((0.7, 0.7, 0.7))
    length = rng.uniform(170, 215)
    extrude(mesh, np.array([[4, -length / 2], [7, 0], [11, length / 2 - 25], [6, length / 2], [-6, length / 2], [-11, length / 2 - 25], [-7, 0], [-4, -length / 2]]) * [0.8, 1], 0, 2.5, mat, bevel=0.5)
    return Item("cutlery", mesh, (20, length, 3), None, polygon=rect(20, length))


def headphones(rng, mats):
    mesh, mat = Mesh(), mats.plastic()
    a = np.linspace(0, np.pi, 20)
    r = rng.uniform(70, 90)
    tube(mesh, np.c_[r * np.cos(a), r * 1.1 * np.sin(a), np.full(20, 22)], 7, mat, ry=12, seg=8)
    for s in (-1, 1):
        cup = lathe(Mesh(), [(0.01, -18), (34, -16), (38, 0), (34, 16), (0.01, 18)], mat, seg=24, crease=60)
        mesh.extend(cup, rot("y", np.pi / 2), (s * r, 0, 38))
    return Item("headphones", mesh, (2 * r, 2 * r, 76), None, polygon=rect(2 * r + 40, 2 * r))


def glasses_case(rng, mats):
    mesh = Mesh()
    w = rng.uniform(150, 175)
    part = lathe(Mesh(), [(0.01, -w / 2), (22, -w / 2 + 3), (28, 0), (22, w / 2 - 3), (0.01, w / 2)], mats.plastic(mats.hue(0.01, 0.5)), seg=20, crease=70)
    mesh.extend(part, rot("y", np.pi / 2) , (0, 0, 27))
    return Item("case", mesh, (w, 56, 55), None, polygon=rect(w, 40))


def cloth(rng, mats):
    w, d = rng.uniform(120, 300), rng.uniform(120, 260)
    mesh = Mesh()
    mat = mats.add((0.85, 0.85, 0.85), tex="fabric", gloss=3)
    quad(mesh, np.c_[rect(w, d), np.full(4, 0)], mat, grid=12)
    v = mesh.v[0]
    v[:, 2] = 1.5 + 5 * np.abs(np.sin(v[:, 0] / 31 + rng.uniform(0, 6)) * np.sin(v[:, 1] / 43))
    return Item("cloth", mesh, (w, d, 6), None, polygon=rect(w, d))
