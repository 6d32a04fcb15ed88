"""A small copy of the training pictures for a machine that only the repository reaches: photos and rendered scenes as WebP.

python training/pack_parcel.py --photos TRAINING --scenes SCENES --out .parcel
OUT/photos: images/ and labels.json; OUT/scenes: pictures and part_*.jsonl, as render_scenes.py leaves them. Never commit it.
"""
import argparse
import json
import sys
from pathlib import Path

from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent))
from desk.classes import COCO_TO_OURS  # noqa: E402


def photos(source, out, o):
    rows = json.loads((source / "labels.json").read_text())
    if o.count:
        rows = [r for r in rows if any(b[4] in COCO_TO_OURS for b in r["boxes"])][:o.count]
    (out / "images").mkdir(parents=True, exist_ok=True)
    total = 0
    for r in rows:
        im = Image.open(source / "images" / r["file_name"]).convert("RGB")
        scale = min(1.0, o.side / max(im.size))
        if scale < 1:
            im = im.resize((round(im.width * scale), round(im.height * scale)), Image.LANCZOS)
        r.update(file_name=f"{Path(r['file_name']).stem}.webp", width=im.width, height=im.height,
                 boxes=[[*(round(v * scale, 1) for v in b[:4]), b[4]] for b in r["boxes"]])
        im.save(out / "images" / r["file_name"], quality=o.quality, method=6)
        total += (out / "images" / r["file_name"]).stat().st_size
    (out / "labels.json").write_text(json.dumps(rows))
    print(f"{len(rows)} photos, {total / 1e6:.1f} MB", flush=True)


def scenes(source, out, o):
    out.mkdir(parents=True, exist_ok=True)
    total = count = 0
    for part in sorted(source.glob("part_*.jsonl")):
        if count >= o.scene_count:
            break
        truths = [json.loads(line) for line in part.read_text().splitlines()]
        for truth in truths:
            name = f"{Path(truth['image']).stem}.webp"
            Image.open(source / truth["image"]).save(out / name, quality=o.quality, method=6)
            truth["image"] = name
            # Training reads boxes only; the rest of the truth weighs more than the picture.
            truth["objects"] = [{k: thing[k] for k in ("class", "bbox", "visible")} for thing in truth["objects"]]
            total += (out / name).stat().st_size
        (out / part.name).write_text("".join(json.dumps({"image": t["image"], "objects": t["objects"]}) + "\n" for t in truths))
        count += len(truths)
    print(f"{count} scenes, {total / 1e6:.1f} MB", flush=True)


def main():
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("--photos", type=Path)
    a.add_argument("--scenes", type=Path)
    a.add_argument("--out", type=Path, required=True)
    a.add_argument("--quality", type=int, default=50)
    a.add_argument("--side", type=int, default=448, help="of a photo's longer side, at most")
    a.add_argument("--count", type=int, help="only the first photos that hold something of ours, for a rehearsal")
    a.add_argument("--scene-count", type=int, default=1000)
    o = a.parse_args()
    if o.photos:
        photos(o.photos, o.out / "photos", o)
    if o.scenes:
        scenes(o.scenes, o.out / "scenes", o)


if __name__ == "__main__":
    main()
