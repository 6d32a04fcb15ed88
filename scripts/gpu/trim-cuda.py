"""Copies the CUDA and TensorRT providers of an unpacked onnxruntime-gpu wheel, without what a check on one Hopper card
(compute capability 9.0) does not need: code for other cards, and the kernels for large language models. What is left
out is overwritten with zeros, which take no room in an archive; nothing else changes. A kernel that was left out after
all fails with "no kernel image". Not for use beyond that check. Needs the program zstd.

trim-cuda.py FROM TO
"""

import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

MAGIC = struct.pack("<I", 0xBA55ED50)
KEEP, OLDEST = 90, 75
LANGUAGE = re.compile(
    rb"[Aa]ttention|MoeFC|3llm7|kernel_mha|fused_moe|fpA_intB|FpAIntB|DqMma|MatMulFloat|MatMulNBits|block_scaled"
    rb"|BatchTopK|BeamSearch|GreedySearch|gated_delta|[Dd]ecoder|[Ll]ongformer|Rotary|Packed|HeadSink|Ungroup|GroupNorm"
    rb"|Dropout|RandomKernel|DeformableIm2Col|Relative"
)


def modules(data: bytearray):
    """Every module's entries, as (payload offset, payload size, compute capability)."""
    at = data.find(MAGIC)
    while at >= 0:
        header, size = struct.unpack_from("<HQ", data, at + 6)
        entry, end = at + header, at + header + size
        entries = []
        while entry < end:
            own, payload = struct.unpack_from("<IQ", data, entry + 4)
            entries.append((entry + own, payload, struct.unpack_from("<I", data, entry + 28)[0]))
            entry += own + payload
        yield entries
        at = data.find(MAGIC, end)


def is_needed(module: bytearray) -> bool:
    code = subprocess.run(["zstd", "-dc"], input=bytes(module), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return not LANGUAGE.search(b"\n".join(re.findall(rb"\.text\.(_Z[\w$]+)", code)))


def trim(data: bytearray) -> tuple[int, int]:
    kept = dropped = 0
    for entries in modules(data):
        # Kernels that are built for new cards only are attention and mixtures of experts.
        general = any(capability == OLDEST for _, _, capability in entries)
        for offset, size, capability in entries:
            if general and capability == KEEP and is_needed(data[offset : offset + size]):
                kept += size
            else:
                data[offset : offset + size] = bytes(size)
                dropped += size
    return kept, dropped


if __name__ == "__main__":
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    for name in ("shared", "tensorrt"):
        shutil.copy(source / f"libonnxruntime_providers_{name}.so", target)
    library = bytearray((source / "libonnxruntime_providers_cuda.so").read_bytes())
    kept, dropped = trim(library)
    (target / "libonnxruntime_providers_cuda.so").write_bytes(library)
    print(f"GPU code kept: {kept} bytes, dropped: {dropped}")
