import { statfs } from 'node:fs/promises';

/** Of Linux (statfs(2)): ext, XFS, Btrfs, tmpfs, overlay, ZFS, F2FS. Network drives and what programs serve are none of them. */
const LOCAL: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0x2fc12fc1, 0xf2f52010,
]);
const MOST = 1000;

/** Disks of this machine, which say at once what they know of a file; by the number of the device. */
export class LocalDisks {
  private readonly known = new Map<bigint, boolean>();

  /** `real`: on that device. */
  async has(device: bigint, real: string): Promise<boolean> {
    const known = this.known.get(device);
    if (known !== undefined) return known;
    const isLocal = process.platform === 'linux' && (await statfs(real).then(isOneOf, () => false));
    if (this.known.size < MOST) this.known.set(device, isLocal);
    return isLocal;
  }
}

// Where a number has 32 bits its sign may be lost or kept.
const isOneOf = ({ type }: { readonly type: number }): boolean => LOCAL.has(type >>> 0);
