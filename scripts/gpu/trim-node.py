"""Overwrites with zeros what a Node binary holds of other languages (ICU's data: about 20 MB), so that an archive of it
is smaller. English and everything that no language owns stay. Not for use beyond a check.

trim-node.py FILE
"""

import re
import struct
import sys
from pathlib import Path

KEEP = re.compile(r"(root|en|en_\w+|res_index|pool|ucadata|[a-z]+_?index)\.(res|icu)$|\.(brk|icu|nrm|spp|cfu)$")


def items(data: bytearray):
    """Name, begin and end of every item of ICU's common data."""
    at = data.find(b"\xda\x27")
    while data[at + 10 : at + 14] != b"CmnD":
        at = data.index(b"\xda\x27", at + 1)
    base = at - 2 + struct.unpack_from("<H", data, at - 2)[0]
    (count,) = struct.unpack_from("<I", data, base)
    toc = [struct.unpack_from("<II", data, base + 4 + 8 * i) for i in range(count)]
    for (name, begin), (_, end) in zip(toc, toc[1:]):
        yield data[base + name : data.index(0, base + name)].decode(), base + begin, base + end


path = Path(sys.argv[1])
binary = bytearray(path.read_bytes())
zeroed = 0
for name, begin, end in items(binary):
    folder = name.count("/") > 1
    if (folder or name.endswith(".cnv")) and not KEEP.search(name.rsplit("/", 1)[1]):
        binary[begin:end] = bytes(end - begin)
        zeroed += end - begin
path.write_bytes(binary)
print(f"zeroed: {zeroed} bytes")
