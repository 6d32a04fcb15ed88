/** Tags of EXIF 2.32, section 4.6: pointer to the Exif directory, and focal length of an equal view on 35 mm film. */
const EXIF_POINTER = 0x8769;
const FOCAL_LENGTH_IN_35MM = 0xa405;
const SHORT = 3;
const LONG = 4;
const MAX_ENTRIES = 1000;

/**
 * EXIF 35 mm equivalent focal length in mm from an EXIF block, or null when it is absent, 0 (unknown) or absurd.
 * Never throws: every offset is checked against the block, and no pointer is followed twice.
 */
export function focalLength35mm(exif: Buffer | undefined): number | null {
  if (exif === undefined) return null;
  const tiff = exif.subarray(0, 6).toString('latin1') === 'Exif\0\0' ? exif.subarray(6) : exif;
  const order = tiff.subarray(0, 4).toString('latin1');
  if (order !== 'II*\0' && order !== 'MM\0*') return null;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length);
  const little = order.startsWith('I');
  if (view.byteLength < 8) return null;
  const directory = tag(view, view.getUint32(4, little), EXIF_POINTER, little);
  if (directory === null) return null;
  const focal = tag(view, directory, FOCAL_LENGTH_IN_35MM, little);
  return focal !== null && focal >= 3 && focal <= 2000 ? focal : null;
}

/** Value of one SHORT or LONG tag of the directory at `offset`. */
function tag(view: DataView, offset: number, wanted: number, little: boolean): number | null {
  if (offset + 2 > view.byteLength) return null;
  const entries = Math.min(view.getUint16(offset, little), MAX_ENTRIES);
  for (let i = 0; i < entries; i += 1) {
    const at = offset + 2 + i * 12;
    if (at + 12 > view.byteLength) return null;
    if (view.getUint16(at, little) !== wanted || view.getUint32(at + 4, little) !== 1) continue;
    const type = view.getUint16(at + 2, little);
    if (type === SHORT) return view.getUint16(at + 8, little);
    if (type === LONG) return view.getUint32(at + 8, little);
  }
  return null;
}
