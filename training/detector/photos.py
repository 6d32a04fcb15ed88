"""Real training photos: rows of labels.json with every class brought to the 80-class COCO order.

The file mixes two numberings. Most rows use the 80-class order and hold a person (0); the rows without a 0 use
COCO's category ids 1..90, but for a few. A public detector's classes on all 118 rows without a 0 settled which:
105 are read as ids, 9 as the order, 4 undecided ones are left out.
"""
import json
from pathlib import Path

NO_CATEGORY = {12, 26, 29, 30, 45, 66, 68, 69, 71, 83}
TO_80 = {c: i for i, c in enumerate(c for c in range(1, 91) if c not in NO_CATEGORY)}
IN_ORDER = {4795, 174231, 253452, 403817}
UNDECIDED = {387, 11813, 196608, 386164}


def rows(folder):
    for r in json.loads((Path(folder) / "labels.json").read_text()):
        numbers = {int(b[4]) for b in r["boxes"]}
        if r["id"] in UNDECIDED:
            continue
        if 0 not in numbers and r["id"] not in IN_ORDER and not numbers & NO_CATEGORY:
            r = {**r, "boxes": [[*b[:4], TO_80[int(b[4])]] for b in r["boxes"]]}
        yield r
