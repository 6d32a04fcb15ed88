"""Unpacks the archives named on the command line into the working folder, side by side. Needs only Python."""

import sys
import tarfile
from concurrent.futures import ProcessPoolExecutor


def unpack(path: str) -> str:
    with tarfile.open(path, "r:xz") as archive:
        archive.extractall(".", filter="fully_trusted")
    return path


if __name__ == "__main__":
    with ProcessPoolExecutor(8) as pool:
        for path in pool.map(unpack, sys.argv[1:]):
            print("unpacked", path)
