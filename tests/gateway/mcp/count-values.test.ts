import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsTooManyValues, MAX_MESSAGE_VALUES } from '../../../src/gateway/mcp/transports/count-values.ts';
import { readMessage } from '../../../src/gateway/mcp/transports/read-message.ts';

function valuesOf(value: unknown): number {
  const inner = value !== null && typeof value === 'object' ? Object.values(value) : [];
  return 1 + inner.reduce<number>((sum, one) => sum + valuesOf(one), 0);
}

describe('the values of a message are counted before it is read', () => {
  it('whatever its texts hold: at most one more for each list or object', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const json = JSON.stringify(value);
        const values = valuesOf(value);
        const nests = (json.replace(/"(?:[^"\\]|\\.)*"/gs, '').match(/[[{]/g) ?? []).length;
        expect(holdsTooManyValues(json, values + nests)).toBe(false);
        if (values > 1) expect(holdsTooManyValues(json, values - 2)).toBe(true);
      }),
    );
  });

  it.each(['"[[[[,,,,{{{{"', '"\\"[,,,,\\\\"', '"a"'.padEnd(100, ','), '"never ends, , , ,'])(
    'text is no value: %s',
    (json) => {
      expect(holdsTooManyValues(json, 3)).toBe(json.startsWith('"a"'));
    },
  );

  it('a message with too many is refused, one with as many is not', () => {
    const message = (keys: number) => {
      const params = Object.fromEntries(Array.from({ length: keys }, (_, n) => [`k${n}`, 1]));
      return readMessage(Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping', params })));
    };
    expect(message(MAX_MESSAGE_VALUES - 10)).toHaveProperty('message.method', 'ping');
    expect(message(MAX_MESSAGE_VALUES)).toMatchObject({
      refusal: {
        id: 1,
        error: { code: -32600, message: expect.stringContaining('VALIDATION_002'), data: { code: 'VALIDATION_002' } },
      },
    });
  });

  it.each([
    ['{"jsonrpc":"2.0","id":7,"method":"ping","params":', '}', 7],
    ['{"method":"ping","params":', ',"jsonrpc":"2.0","id":"a-7"}\n', 'a-7'],
    ['{"params":', '}', null],
    ['{"params":{"list":', ',"id":7}}', null],
  ])('its sender is told with the id of the call: %s…%s', (head, tail, id) => {
    const list = JSON.stringify(Array(MAX_MESSAGE_VALUES).fill(0));
    expect(readMessage(Buffer.from(head + list + tail))).toMatchObject({ refusal: { id } });
  });
});
