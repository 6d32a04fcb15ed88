import { createDeflate, createInflate } from 'node:zlib';
import { PALETTE, PaletteUse, type PngHead, unpackedBytes } from './png-rows.ts';

export interface PngPixels {
  /** The zlib stream of the rows, and nothing behind it. */
  readonly packed: Buffer;
  /** Colours of the palette that occur; null where there is none, or the stream is damaged. */
  readonly used: ReadonlySet<number> | null;
}

const CHUNK = 256 * 1024;

let last: Promise<unknown> = Promise.resolve();

/**
 * What of a PNG's compressed data are its rows. Unpacked piece by piece on libuv's threads, one image at a time. A stream that
 * is damaged stays as it is, because what a decoder makes of it is not known. Throws the signal's reason.
 */
export function pngPixels(packed: Buffer, head: PngHead, signal?: AbortSignal): Promise<PngPixels> {
  const turn = last.then(() => read(packed, head, signal));
  last = turn.catch(() => {});
  return turn;
}

async function read(packed: Buffer, head: PngHead, signal?: AbortSignal): Promise<PngPixels> {
  const wanted = unpackedBytes(head);
  const palette = head.colour === PALETTE ? new PaletteUse(head) : null;
  const inflate = createInflate({ chunkSize: CHUNK });
  inflate.end(packed);
  let unpacked = 0;
  try {
    for await (const chunk of inflate as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      palette?.push(chunk);
      unpacked += chunk.length;
      if (unpacked > wanted) break;
    }
  } catch (error) {
    signal?.throwIfAborted();
    if ((error as NodeJS.ErrnoException).code?.startsWith('Z_')) return { packed, used: null };
    throw error;
  }
  const used = palette && unpacked >= wanted ? palette.used : null;
  if (unpacked > wanted) return { packed: await packAgain(packed, wanted, signal), used };
  return { packed: packed.subarray(0, inflate.bytesWritten), used };
}

/** The first bytes of what is packed, packed alone. */
async function packAgain(packed: Buffer, length: number, signal?: AbortSignal): Promise<Buffer> {
  const inflate = createInflate({ chunkSize: CHUNK });
  inflate.end(packed);
  const rows = async function* (): AsyncGenerator<Buffer> {
    let left = length;
    for await (const chunk of inflate as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      yield chunk.subarray(0, left);
      left -= chunk.length;
      if (left <= 0) return;
    }
  };
  const deflate = createDeflate({ chunkSize: CHUNK });
  const out: Buffer[] = [];
  const reading = (async () => {
    for await (const chunk of deflate as AsyncIterable<Buffer>) out.push(chunk);
  })();
  try {
    for await (const row of rows()) {
      if (!deflate.write(row)) await Promise.race([new Promise((drained) => deflate.once('drain', drained)), reading]);
    }
    deflate.end();
    await reading;
  } finally {
    deflate.destroy();
  }
  return Buffer.concat(out);
}
