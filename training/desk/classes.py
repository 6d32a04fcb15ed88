"""The class list and the real-world sizes (mm) that rendered objects are drawn from.

The product's size priors name the same distributions: change both or none.
"""
import numpy as np

CLASSES = ["mug", "glass", "bottle", "bowl", "laptop", "keyboard", "mouse", "phone",
           "book", "monitor", "coaster", "desk_mat", "table"]
INDEX = {name: i for i, name in enumerate(CLASSES)}

# COCO (80-class order) -> ours. COCO has no coaster and no desk mat.
COCO_TO_OURS = {41: "mug", 40: "glass", 39: "bottle", 45: "bowl", 63: "laptop", 66: "keyboard",
                64: "mouse", 67: "phone", 73: "book", 62: "monitor", 60: "table"}
# The other 69 COCO classes: learnt from real photos beside ours, for what they teach about real pictures, and cut off
# when the model is exported. Rendered scenes do not label them.
EXTRA = {c: len(CLASSES) + i for i, c in enumerate(c for c in range(80) if c not in COCO_TO_OURS)}
# A real photo labelled by COCO says nothing about these; "table" is labelled only in part.
UNLABELLED_IN_COCO = ["coaster", "desk_mat", "table"]

# name: (low, high), uniform, millimetres. Width = longest horizontal side unless said otherwise.
SIZES = {
    "mug.diameter": (75, 95), "mug.height": (85, 110),
    "teacup.diameter": (80, 105), "teacup.height": (50, 70),
    "espresso.diameter": (58, 70), "espresso.height": (50, 65),
    "papercup.diameter": (78, 92), "papercup.height": (92, 155),
    "tumbler.diameter": (60, 88), "tumbler.height": (85, 150),
    "wineglass.diameter": (65, 95), "wineglass.height": (150, 230),
    "bottle.diameter": (62, 90), "bottle.height": (190, 310),
    "bowl.diameter": (110, 240), "bowl.height": (45, 95),
    "laptop.width": (304, 380), "laptop.depth_ratio": (0.66, 0.72), "laptop.thickness": (13, 21),
    "keyboard.full.width": (420, 450), "keyboard.full.depth": (120, 160),
    "keyboard.compact.width": (280, 360), "keyboard.compact.depth": (100, 135),
    "mouse.length": (95, 125), "mouse.width": (56, 70), "mouse.height": (30, 42),
    "phone.length": (140, 165), "phone.width": (68, 78), "phone.thickness": (7, 9.5),
    "book.length": (180, 290), "book.width_ratio": (0.66, 0.8), "book.thickness": (8, 45),
    "monitor.width": (480, 720), "monitor.aspect": (0.56, 0.64),
    "coaster.width": (88, 115), "coaster.thickness": (2, 9),
    "desk_mat.width": (600, 900), "desk_mat.depth": (300, 420), "desk_mat.thickness": (1.5, 4),
    "mouse_pad.width": (210, 300), "mouse_pad.depth": (170, 250),
    "table.width": (900, 1800), "table.depth": (550, 900), "table.thickness": (18, 45),
    "table.round.diameter": (600, 1200),
}


def draw(rng: np.random.Generator, name: str) -> float:
    low, high = SIZES[name]
    return float(rng.uniform(low, high))
