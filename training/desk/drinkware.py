"""Mugs, cups, glasses, bottles, bowls, saucers and plates."""
import numpy as np

from .classes import draw
from .item import Item, rect
from .mesh import Mesh, circle, lathe, rot, tube

LIQUIDS = [(0.03, 0.012, 0.006), (0.11, 0.05, 0.02), (0.3, 0.18, 0.1), (0.25, 0.1, 0.01), (0.12, 0.2, 0.05), (0.6, 0.3, 0.02)]


def _wall(radius_at, height, thick, base):
    """Closed profile: outside up, rim, inside down. radius_at(t), t in 0..1 from base to rim."""
    t = np.linspace(0, 1, 11)
    outer = [(radius_at(k), k * height) for k in t]
    foot = outer[0][0]
    rim = outer[-1][0]
    inner = [(max(2.0, radius_at(k) - thick), max(base, k * height)) for k in t[::-1]]
    return [(0.01, 0.0), (foot * 0.9, 0.0)] + outer[:-1] + [(rim, height - 1), (rim - thick * 0.3, height),
            (rim - thick * 0.7, height)] + inner[1:] + [(0.01, base)]


def _handle(mesh, mat, r_top, r_low, z_top, z_low, reach, rng, style):
    k = np.linspace(0, 1, 18)
    a = np.pi * (0.5 - k)
    z = (z_top + z_low) / 2 + (z_top - z_low) / 2 * np.sin(a)
    bow = np.cos(a) ** (0.45 if style == "square" else 0.9 if style == "round" else 0.7)
    if style == "ear":
        bow = bow * (1.15 - 0.5 * k)
    x = r_top + (r_low - r_top) * k + reach * bow - 2.0
    width = rng.uniform(4.5, 8.5)
    tube(mesh, np.c_[x, np.zeros(18), z], width, mat, ry=rng.uniform(3.0, 5.0), seg=10, closed_ends=False)


def mug(rng, mats):
    kind = rng.choice(["classic", "taper", "barrel", "teacup", "espresso", "paper", "handleless", "steel", "enamel"],
                      p=[0.36, 0.12, 0.1, 0.12, 0.05, 0.12, 0.05, 0.04, 0.04])
    family = {"teacup": "teacup", "espresso": "espresso", "paper": "papercup"}.get(kind, "mug")
    d, h = draw(rng, f"{family}.diameter"), draw(rng, f"{family}.height")
    r = d / 2
    foot = {"classic": rng.uniform(0.92, 1.0), "taper": rng.uniform(0.62, 0.82), "barrel": rng.uniform(0.75, 0.9),
            "teacup": rng.uniform(0.42, 0.6), "espresso": rng.uniform(0.6, 0.85), "paper": rng.uniform(0.66, 0.74),
            "handleless": rng.uniform(0.7, 1.0), "steel": 1.0, "enamel": 0.97}[kind]
    power = {"teacup": 0.55, "barrel": 0.5}.get(kind, 1.0)
    if kind == "barrel":
        def radius_at(t):
            return r * (foot + (1 - foot) * np.sin(np.pi * (0.12 + 0.62 * t)))
    else:
        def radius_at(t):
            return r * (foot + (1 - foot) * t ** power)
    mesh = Mesh()
    style = rng.random()
    if kind in ("steel",):
        body = mats.metal()
    elif kind == "paper":
        body = mats.add((0.8, 0.8, 0.78), tex="mug" if rng.random() < 0.6 else None, gloss=12)
        if rng.random() < 0.3:
            body = mats.add((0.42, 0.27, 0.15), gloss=8)
    elif style < 0.3:
        body = mats.ceramic(rgb=(0.9, 0.9, 0.9), tex="mug")
    else:
        body = mats.ceramic()
    inside = body if rng.random() < 0.4 or kind == "steel" else mats.ceramic(rgb=(0.78, 0.77, 0.74))
    thick = 1.2 if kind in ("paper", "enamel", "steel") else rng.uniform(3, 5)
    profile = _wall(radius_at, h, thick, 6.0)
    split = profile.index((radius_at(1.0), h - 1))
    lathe(mesh, profile[:split + 1], body, seg=40, repeat=rng.choice([1, 1, 2]), vscale=None)
    lidded = kind == "paper" and rng.random() < 0.6 or kind == "steel" and rng.random() < 0.6
    if lidded:
        lid = mats.plastic(rng.choice([(0.75, 0.75, 0.74), (0.02, 0.02, 0.02), (0.25, 0.15, 0.1)]))
        lathe(mesh, [(r + 2, h - 4), (r + 2, h + 1), (r - 2, h + 3), (r - 5, h + 11), (r - 9, h + 11), (r - 11, h + 8), (0.01, h + 8)], lid)
    else:
        lathe(mesh, profile[split:], inside, seg=40)
        if rng.random() < 0.7:
            level = h * rng.uniform(0.45, 0.92)
            q = radius_at(level / h) - thick + 0.3
            lathe(mesh, [(q, level - 0.1), (q * 0.97, level), (0.01, level)],
                  mats.add(LIQUIDS[rng.integers(len(LIQUIDS))], f0=0.03, gloss=250), crease=80)
    if kind == "paper" and rng.random() < 0.45:
        z0, z1 = 0.3 * h, 0.7 * h
        lathe(mesh, [(radius_at(0.3) + 1, z0), (radius_at(0.7) + 1.2, z1)], mats.add((0.42, 0.28, 0.17), gloss=5, noise=0.3, noise_mm=3))
    reach = 0.0
    if kind not in ("paper", "handleless") and not (kind == "steel" and rng.random() < 0.5):
        reach = rng.uniform(22, 36) * (0.75 if kind in ("espresso", "teacup") else 1)
        z_top, z_low = h * rng.uniform(0.78, 0.9), h * rng.uniform(0.16, 0.34)
        _handle(mesh, body if rng.random() < 0.9 else inside, radius_at(z_top / h), radius_at(z_low / h), z_top, z_low, reach, rng,
                rng.choice(["round", "square", "ear"]))
    hull = circle(r, 20)
    if reach:
        hull = np.concatenate([hull[:1] * 0 + [[r + reach, 10]], hull[3:18], [[r + reach, -10]]])
    return Item(f"mug.{kind}", mesh, (d, d, h + (11 if lidded else 0)), "mug", radius=r * foot, hull=hull,
                extras={"outer_diameter_mm": d, "handle": bool(reach), "lid": bool(lidded)})


def glass(rng, mats):
    wine = rng.random() < 0.35
    mesh = Mesh()
    tint = (0.97, 0.98, 0.975) if rng.random() < 0.8 else tuple(mats.hue(0.5, 0.95))
    clear = mats.clear(tint)
    if wine:
        d, h = draw(rng, "wineglass.diameter"), draw(rng, "wineglass.height")
        r, bowl = d / 2, h * rng.uniform(0.45, 0.58)
        foot = r * rng.uniform(0.75, 0.95)
        stem = h - bowl
        t = np.linspace(0, 1, 12)
        belly = r * np.sin(np.pi * (0.03 + 0.62 * t)) ** 0.8
        outer = [(foot, 0.0), (foot, 2.0), (6, 5), (3.5, 12), (3.5, stem * 0.85)] + [(max(3.5, b), stem * 0.9 + k * (h - stem * 0.9)) for b, k in zip(belly, t)]
        lathe(mesh, outer, clear, seg=36)
        lathe(mesh, [(max(2, b - 1.2), stem * 0.9 + 2 + k * (h - stem * 0.9 - 2)) for b, k in zip(belly, t)][::-1], clear, seg=36)
        if rng.random() < 0.5:
            n = rng.integers(4, 8)
            rgb = [(0.16, 0.005, 0.02), (0.7, 0.55, 0.15)][rng.integers(2)]
            liquid = mats.add(rgb, gloss=200) if rgb[0] < 0.3 else mats.clear((0.95, 0.8, 0.35))
            lathe(mesh, [(max(1.5, b - 1.5), stem * 0.9 + 2 + k * (h - stem * 0.9 - 2)) for b, k in zip(belly[:n], t[:n])] + [(0.01, stem * 0.9 + t[n - 1] * (h - stem * 0.9))], liquid, seg=36)
        return Item("glass.wine", mesh, (d, d, h), "glass", radius=foot, hull=circle(max(foot, r), 20), extras={"outer_diameter_mm": d})
    d, h = draw(rng, "tumbler.diameter"), draw(rng, "tumbler.height")
    r, foot = d / 2, rng.uniform(0.72, 1.0)
    t = np.linspace(0, 1, 8)
    outer = [(r * (foot + (1 - foot) * k), k * h) for k in t]
    lathe(mesh, [(0.01, 0.5)] + outer, clear, seg=36)
    base = rng.uniform(4, 14)
    inner = [(r * (foot + (1 - foot) * k) - 2, base + k * (h - base)) for k in t]
    lathe(mesh, inner[::-1] + [(0.01, base)], clear, seg=36)
    if rng.random() < 0.65:
        level = rng.uniform(0.4, 0.92)
        q = r * (foot + (1 - foot) * level) - 2.2
        body = [(r * foot - 2.4, base + 0.5), (q, level * h), (0.01, level * h)]
        if rng.random() < 0.55:
            lathe(mesh, body, mats.clear((0.9, 0.95, 0.97)), seg=36)
        else:
            lathe(mesh, body, mats.add(LIQUIDS[rng.integers(1, len(LIQUIDS))], gloss=120), seg=36)
    return Item("glass.tumbler", mesh, (d, d, h), "glass", radius=r * foot, hull=circle(r, 20), extras={"outer_diameter_mm": d})


def bottle(rng, mats):
    d, h = draw(rng, "bottle.diameter"), draw(rng, "bottle.height")
    r = d / 2
    kind = rng.choice(["wine", "pet", "flask", "beer", "jar"], p=[0.22, 0.33, 0.25, 0.12, 0.08])
    neck_r = {"wine": 14, "pet": 13, "flask": r * 0.62, "beer": 13, "jar": r * 0.8}[kind]
    shoulder = {"wine": rng.uniform(0.55, 0.66), "pet": rng.uniform(0.62, 0.75), "flask": 0.82, "beer": 0.55, "jar": 0.8}[kind]
    neck = {"wine": shoulder + 0.14, "pet": 0.9, "flask": 0.86, "beer": shoulder + 0.18, "jar": 0.88}[kind]
    k = np.linspace(0, 1, 8)
    blend = [(r + (neck_r - r) * (3 * q ** 2 - 2 * q ** 3), h * (shoulder + (neck - shoulder) * q)) for q in k]
    profile = [(0.01, 0.5), (r * 0.85, 0.5), (r * 0.98, 3), (r, 9)] + blend + [(neck_r, h * 0.95)]
    mesh = Mesh()
    if kind == "flask":
        body = mats.metal() if rng.random() < 0.35 else mats.plastic(mats.hue(0.02, 0.75))
    elif kind in ("wine", "beer"):
        body = mats.clear([(0.2, 0.4, 0.15), (0.4, 0.2, 0.06), (0.1, 0.16, 0.1), (0.85, 0.9, 0.85)][rng.integers(4)])
    else:
        body = mats.clear((0.93, 0.96, 0.98) if rng.random() < 0.7 else tuple(mats.hue(0.4, 0.95)))
    lathe(mesh, profile, body, seg=36)
    if kind != "flask":
        q = [(a * 0.95, b) for a, b in profile[2:]]
        if rng.random() < 0.7:
            level = rng.uniform(0.25, 0.85) * shoulder * h
            dark = rng.random() < 0.4
            liquid = mats.add(LIQUIDS[rng.integers(len(LIQUIDS))], gloss=80) if dark else mats.clear((0.88, 0.94, 0.97))
            lathe(mesh, [(r * 0.93, 4), (r * 0.94, level), (0.01, level)], liquid, seg=36)
        else:
            lathe(mesh, q[::-1], body, seg=36)
    if rng.random() < 0.75:
        z0 = h * rng.uniform(0.12, 0.3)
        z1 = min(h * (shoulder - 0.05), z0 + h * rng.uniform(0.15, 0.4))
        lathe(mesh, [(r + 0.4, z0), (r + 0.4, z1)], mats.add((0.85, 0.85, 0.85), tex=rng.choice(["cover", "mug", "pattern"]), gloss=25), seg=36)
    cap = mats.plastic(mats.hue(0.02, 0.8))
    cap_r = neck_r + 2
    lathe(mesh, [(cap_r, h * 0.94), (cap_r, h - 1), (cap_r - 1, h), (0.01, h)], cap)
    return Item(f"bottle.{kind}", mesh, (d, d, h), "bottle", radius=r * 0.95, hull=circle(r, 20), extras={"outer_diameter_mm": d})


def bowl(rng, mats):
    d, h = draw(rng, "bowl.diameter"), draw(rng, "bowl.height")
    h = min(h, d * 0.55)
    r, foot = d / 2, rng.uniform(0.35, 0.6)
    power = rng.uniform(0.4, 0.75)
    body = mats.ceramic(tex="pattern" if rng.random() < 0.2 else None)
    if rng.random() < 0.15:
        body = mats.add((0.8, 0.8, 0.8), tex="wood", gloss=20)
    profile = _wall(lambda t: r * (foot + (1 - foot) * t ** power), h, rng.uniform(2.5, 5), 5.0)
    mesh = lathe(Mesh(), profile, body, seg=44)
    if rng.random() < 0.5:
        level = rng.uniform(0.4, 0.85)
        q = r * (foot + (1 - foot) * level ** power) - 4
        food = mats.add(mats.hue(0.1, 0.7), noise=1.2, noise_mm=9, bump=0.9, gloss=15)
        lathe(mesh, [(q, level * h), (q * 0.7, level * h + h * 0.12), (0.01, level * h + h * 0.2)], food, crease=80)
    return Item("bowl", mesh, (d, d, h), "bowl", radius=r * foot, hull=circle(r, 24), extras={"outer_diameter_mm": d})


def plate(rng, mats, diameter=None):
    d = diameter or rng.uniform(130, 280)
    r = d / 2
    mesh = lathe(Mesh(), [(0.01, 1), (r * 0.6, 0.5), (r * 0.7, 3), (r, d * 0.07 + 3), (r - 1, d * 0.07 + 5), (r * 0.68, 6), (0.01, 5)],
                 mats.ceramic(), seg=44, crease=50)
    return Item("saucer" if diameter else "plate", mesh, (d, d, d * 0.07 + 5), None, radius=r * 0.65, hull=circle(r, 24), top=5.0)


def vase(rng, mats):
    r, h = rng.uniform(35, 70), rng.uniform(110, 260)
    t = np.linspace(0, 1, 14)
    prof = [(0.01, 0), *[(r * (0.55 + 0.45 * np.sin(np.pi * (0.1 + 0.8 * k) + rng.uniform(-0.02, 0.02))), k * h) for k in t]]
    mesh = lathe(Mesh(), prof, mats.ceramic(), seg=36, crease=60)
    return Item("vase", mesh, (2 * r, 2 * r, h), None, radius=r * 0.6, hull=circle(r, 20))


def lying(item, rng):
    """A bottle on its side is a common desk sight and a hard case: boxes only, no disk footprint."""
    r, h = item.size[0] / 2, item.size[2]
    mesh = Mesh().extend(item.mesh, rot("y", np.pi / 2), (-h / 2, 0, r))
    item.mesh, item.size, item.radius = mesh, (h, 2 * r, 2 * r), None
    item.polygon = rect(h * 0.5, r * 0.16, -h * 0.24)
    item.hull = np.array([[h / 2, r], [-h / 2, r], [-h / 2, -r], [h / 2, -r]])
    item.extras["lying"] = True
    return item
