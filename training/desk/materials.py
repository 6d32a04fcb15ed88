"""A scene's material table: rows of the columns that shade.py names."""
import numpy as np

from . import shade


class Materials:
    def __init__(self, rng, textures):
        self.rng, self.textures, self.rows = rng, textures, []

    def add(self, rgb=(0.8, 0.8, 0.8), tex=None, mix=1.0, f0=0.04, gloss=20.0, metal=0.0, emit=0.0, clear=0.0,
            bump=0.0, noise=0.0, noise_mm=40.0):
        """tex: a texture group's name or a texture index. rgb is linear reflectance."""
        if isinstance(tex, str):
            tex = int(self.rng.choice(self.textures[tex]))
        row = np.zeros(13)
        row[:3] = rgb
        row[shade.TEX:] = [-1 if tex is None else tex, mix, f0, gloss, metal, emit, clear, bump, noise, noise_mm]
        self.rows.append(row)
        return len(self.rows) - 1

    def table(self):
        return np.array(self.rows)

    def hue(self, low=0.05, high=0.8, saturation=None):
        c = self.rng.uniform(low, high, 3)
        s = self.rng.uniform(0.1, 1.2) if saturation is None else saturation
        return np.clip(c.mean() + (c - c.mean()) * s, 0.01, 0.9)

    def neutral(self):
        """White, black, grey or a muted hue, as office things mostly are."""
        k = self.rng.random()
        if k < 0.35:
            return np.full(3, self.rng.uniform(0.6, 0.85)) * self.rng.uniform(0.95, 1.05, 3)
        if k < 0.7:
            return np.full(3, self.rng.uniform(0.01, 0.06))
        if k < 0.85:
            return np.full(3, self.rng.uniform(0.15, 0.5))
        return self.hue(0.03, 0.7)

    def plastic(self, rgb=None):
        return self.add(self.neutral() if rgb is None else rgb, gloss=self.rng.uniform(8, 80), bump=0.08, noise_mm=0.8)

    def ceramic(self, rgb=None, tex=None):
        if rgb is None:
            k = self.rng.random()
            rgb = np.full(3, self.rng.uniform(0.65, 0.85)) if k < 0.4 else (
                np.full(3, self.rng.uniform(0.01, 0.05)) if k < 0.55 else self.hue())
        return self.add(rgb, tex=tex, f0=0.05, gloss=self.rng.choice([15, 80, 250]))

    def metal(self, rgb=None):
        v = self.rng.uniform(0.35, 0.8)
        return self.add((v, v, v * self.rng.uniform(0.94, 1.0)) if rgb is None else rgb, f0=0.6,
                        gloss=self.rng.uniform(20, 220), metal=1.0)

    def clear(self, rgb=(0.97, 0.98, 0.98), tint=1.0):
        return self.add(rgb, clear=tint)
