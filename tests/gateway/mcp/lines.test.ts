import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_MESSAGE_BYTES } from '../../../src/gateway/mcp/transports/limits.ts';
import { Lines } from '../../../src/gateway/mcp/transports/lines.ts';

function read(lines: Lines, ...chunks: (string | Buffer)[]): (string | null)[] {
  return chunks.flatMap((chunk) => [...lines.push(Buffer.from(chunk))].map((line) => line?.toString() ?? null));
}

function chopped(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

describe('Lines', () => {
  it('gives the same lines however the bytes are cut', () => {
    const text = fc.array(fc.string({ unit: 'grapheme' }).map((line) => line.replace(/[\r\n\ufeff]/g, '')));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 7 }), fc.constantFrom('\n', '\r\n'), (expected, size, end) => {
        const bytes = Buffer.from(expected.map((line) => line + end).join(''));
        expect(read(new Lines(10_000), ...chopped(bytes, size))).toEqual(expected);
      }),
    );
  });

  it('takes a byte-order mark away from the very beginning only', () => {
    expect(read(new Lines(99), Buffer.from([0xef]), Buffer.from([0xbb, 0xbf]), 'a\n\ufeffb\n')).toEqual([
      'a',
      '\ufeffb',
    ]);
    expect(read(new Lines(99), 'a\n', '\ufeffb\n')).toEqual(['a', '\ufeffb']);
  });

  it.each([1, 3, 100])('says once that a line is too long, in chunks of %i', (size) => {
    const bytes = Buffer.from(`fine\n${'x'.repeat(11)}\n${'y'.repeat(10)}\n${'z'.repeat(50)}\nfine\n`);
    expect(read(new Lines(10), ...chopped(bytes, size))).toEqual(['fine', null, 'y'.repeat(10), null, 'fine']);
  });

  it('holds nothing of a line without an end', () => {
    const lines = new Lines(10);
    const told = Array.from({ length: 1000 }, () => read(lines, 'x'.repeat(1000))).flat();
    expect(told).toEqual([null]);
    expect(read(lines, '\nfine\n')).toEqual(['fine']);
  });

  it('reads the largest message in small chunks at once', () => {
    const chunks = chopped(Buffer.alloc(MAX_MESSAGE_BYTES, 0x78), 4096);
    const lines = new Lines(MAX_MESSAGE_BYTES);
    const before = process.cpuUsage();
    expect(chunks.flatMap((chunk) => [...lines.push(chunk)])).toEqual([]);
    const { user, system } = process.cpuUsage(before);
    // Copying everything with every chunk would move 32 GB and take many seconds of the processor.
    expect((user + system) / 1e6).toBeLessThan(2);
    expect([...lines.push(Buffer.from('\n'))][0]).toHaveLength(MAX_MESSAGE_BYTES);
  });
});
