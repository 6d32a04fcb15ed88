"""Checks an exported detector: batch = single, deterministic, same boxes as the PyTorch model.

python training/check_onnx.py --model models/desk-detector.onnx [--checkpoint last.pt]
"""
import argparse
import sys
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent))
from detector import runners  # noqa: E402

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


def main():
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("--model", type=Path, required=True)
    a.add_argument("--checkpoint", type=Path)
    o = a.parse_args()
    net = runners.Ours(o.model)
    x = np.stack([runners.letterbox(Image.open(f).convert("RGB"), net.size)[0] for f in sorted(EXAMPLES.glob("*.jpg"))])
    names = [v.name for v in net.session.get_outputs()]
    whole = net.session.run(None, {"image": x})
    again = net.session.run(None, {"image": x})
    single = [np.concatenate(v) for v in zip(*(net.session.run(None, {"image": k[None]}) for k in x))]
    print({n: (str(v.dtype), v.shape) for n, v in zip(names, whole)})
    print("twice the same:", all((p == q).all() for p, q in zip(whole, again)))
    sure = whole[1] > 0.05
    print("batch - single, largest difference over scores > 0.05:",
          {n: float(np.abs(p.astype(float) - q)[sure].max(initial=0)) for n, p, q in zip(names[:3], whole, single)},
          "embedding", float(np.abs(whole[3] - single[3]).max()))
    if o.checkpoint:
        import torch

        from detector.export import Deployed, load
        from detector.model import trim
        with torch.no_grad():
            torch_out = Deployed(trim(load(o.checkpoint)).eval(), net.size)(torch.from_numpy(x))
        print("ONNX - PyTorch:", {n: float(np.abs(p.astype(float) - q.numpy())[sure].max(initial=0)) for n, p, q in zip(names[:3], whole, torch_out)})


if __name__ == "__main__":
    main()
