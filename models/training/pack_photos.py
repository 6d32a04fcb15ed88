"""A small copy of the real training photos for a machine that only the repository reaches (<= 60 MB).

python models/training/pack_photos.py --photos TRAINING --out .photos
Every photo, as a smaller JPEG. Never commit the result.
"""
import argparse
import json
from pathlib import Path

from PIL import Image


def main():
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("--photos", type=Path, required=True)
    a.add_argument("--out", type=Path, required=True)
    a.add_argument("--quality", type=int, default=50)
    o = a.parse_args()
    rows = json.loads((o.photos / "labels.json").read_text())
    (o.out / "images").mkdir(parents=True, exist_ok=True)
    total = 0
    for r in rows:
        target = o.out / "images" / r["file_name"]
        Image.open(o.photos / "images" / r["file_name"]).convert("RGB").save(target, quality=o.quality, optimize=True)
        total += target.stat().st_size
    (o.out / "labels.json").write_text(json.dumps(rows))
    print(f"{len(rows)} photos, {total / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
