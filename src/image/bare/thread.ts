import { move, transferableSymbol, valueSymbol } from 'piscina';
import { type BareImage, type BareRequest, bareImage } from './bare-image.ts';

/** What a thread does with one picture; the answer's bytes are handed over. Buffers come as plain arrays. */
export default async function rewrite(request: BareRequest): Promise<BareImage> {
  const { bytes, exact } = await bareImage({
    ...request,
    bytes: buffer(request.bytes),
    exif: request.exif && buffer(request.exif),
  });
  // A small one may lie in memory that others share.
  const own = bytes.length === bytes.buffer.byteLength ? bytes : Buffer.from(new Uint8Array(bytes).buffer);
  const answer = { bytes: own, exact };
  return move({
    [transferableSymbol]: own.buffer as ArrayBuffer,
    [valueSymbol]: answer,
  }) as unknown as BareImage;
}

const buffer = ({ buffer: memory, byteOffset, length }: Uint8Array): Buffer => Buffer.from(memory, byteOffset, length);
