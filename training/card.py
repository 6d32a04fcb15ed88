"""Evaluation report -> models/cards/NAME.json per detector: measured box noise, accuracy, speed.

python training/card.py --report report.json --names desk-detector=desk-detector,yolox_nano=yolox-nano,...
Noise is measured on real photos; a class with fewer than FEW matched boxes there falls back to rendered scenes.
"""
import argparse
import json
from pathlib import Path

CARDS = Path(__file__).resolve().parents[1] / "models" / "cards"
FEW = 10
PHOTOS = "60 COCO val2017 desk photos"
RENDERS = "200 rendered scenes of tests/fixtures/scenes"


def noise_of(entry):
    real, rendered = entry.get("real"), entry["rendered"]
    out = {}
    for name in {**rendered["classes"], **(real["classes"] if real else {})}:
        for source, part in ((PHOTOS, real), (RENDERS, rendered)):
            n = part and part["classes"].get(name, {}).get("box_noise")
            if n and (n["n"] >= FEW or part is rendered):
                out[name] = {**n, "measured_on": source}
                break
    return out


def manifest_noise(entry):
    """The form that models/manifest.json takes: root mean square per edge, n edges, one source."""
    part, source = (entry["real"], PHOTOS) if entry.get("real") and entry["real"]["box_noise"] else (entry["rendered"], RENDERS)
    classes = {k: v["box_noise"] for k, v in part["classes"].items() if v["box_noise"] and v["box_noise"]["n"] >= FEW}
    return {"source": source, "all": {"sigma": part["box_noise"]["rms_rel"], "n": 4 * part["box_noise"]["n"]},
            "classes": {k: {"sigma": v["rms_rel"], "n": 4 * v["n"]} for k, v in classes.items()}}


def rendered_recall(entry):
    """What is found at the thresholds of the classes that photos do not label, in the form that models/manifest.json takes.
    The others are measured through the server: eval/measure-models.ts."""
    real = entry["real"]["classes"] if entry.get("real") else {}
    return {k: {"recall": v["recall"], "n": v["truths"]} for k, v in entry["rendered"]["classes"].items() if k not in real and v["truths"] >= FEW}


def accuracy(part):
    return part and {"map50": part["map50"], "ap50": {k: v["ap50"] for k, v in part["classes"].items()},
                     "truths": {k: v["truths"] for k, v in part["classes"].items()},
                     "mug_recall_at_precision_70": part["classes"]["mug"]["recall_at_p70"],
                     "mug_threshold_at_precision_70": part["classes"]["mug"]["p70_threshold"],
                     "mug_at_threshold": {k: part["classes"]["mug"][k] for k in ("recall", "precision")}}


def main():
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("--report", type=Path, required=True)
    a.add_argument("--names", default="desk-detector=desk-detector,yolox_nano=yolox-nano,deimv2_femto=deimv2-femto")
    o = a.parse_args()
    report = json.loads(o.report.read_text())
    CARDS.mkdir(parents=True, exist_ok=True)
    for key, name in (p.split("=") for p in o.names.split(",")):
        if key not in report:
            continue
        e = report[key]
        card = {"model": name, "threshold": e["rendered"]["threshold"],
                "class_thresholds": {k: v["threshold"] for k, v in e["rendered"]["classes"].items()}, "input_px": e["input"],
                "box_noise": noise_of(e), "manifest_box_noise": manifest_noise(e),
                **({"rendered_recall": rendered_recall(e)} if e.get("real") and rendered_recall(e) else {}),
                "accuracy": {"real": accuracy(e.get("real")), "rendered": accuracy(e["rendered"])},
                **({"search": e["search"]} if "search" in e else {}),
                "speed": {"load_ms": e["load_ms"], **e["latency_1_thread"], "machine_load": e.get("machine_load")}}
        (CARDS / f"{name}.json").write_text(json.dumps(card, indent=1) + "\n")
        print(CARDS.name, f"{name}.json")


if __name__ == "__main__":
    main()
