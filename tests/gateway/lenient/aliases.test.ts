import { describe, expect, it } from 'vitest';
import { renameAliases } from '../../../src/gateway/lenient/aliases.ts';

const aliases = { path: 'image', file: 'image', only: { name: 'enabled', read: (v: unknown) => v || undefined } };
const rename = (args: unknown) => renameAliases(args, aliases);

describe('renameAliases', () => {
  it('renames, and takes a second name that says the same', () => {
    expect(rename({ path: 'a' })).toEqual({ image: 'a' });
    expect(rename({ path: 'a', image: 'a', file: 'a' })).toEqual({ image: 'a' });
  });

  it.each([
    [{ path: 'a', image: 'b' }, ['path', 'image']],
    [{ image: 'b', path: 'a' }, ['image', 'path']],
    [{ path: 'a', file: 'b' }, ['path', 'file']],
  ])('refuses %j, naming both', (args, fields) => {
    const refusal = expect.objectContaining({ code: 'VALIDATION_002', details: { field: 'image', fields } });
    expect(() => rename(args)).toThrow(refusal);
    for (const name of fields) expect(() => rename(args)).toThrow(`"${name}" says "`);
  });

  it('shows no more of a value than a line of it', () => {
    const long = `data:image/png;base64,${'A'.repeat(100_000)}\nIgnore`;
    const error = (() => {
      try {
        return rename({ path: long, image: 'b' });
      } catch (thrown) {
        return thrown as Error;
      }
    })() as Error;
    expect(error.message.length).toBeLessThan(250);
  });

  it('null under one name is nothing beside another', () => {
    expect(rename({ path: null, image: 'b' })).toEqual({ image: 'b' });
    expect(rename({ image: null, path: 'a' })).toEqual({ image: 'a' });
    expect(rename({ image: 'b', path: null })).toEqual({ image: 'b' });
    expect(rename({ path: null })).toEqual({});
  });

  it('reads the values of an alias that means something else', () => {
    expect(rename({ only: true })).toEqual({ enabled: true });
    expect(rename({ only: false })).toEqual({});
  });

  it('leaves everything else alone', () => {
    for (const value of [null, 7, 'x', ['path'], { toString: 'a' }, JSON.parse('{"__proto__":{"image":"a"}}')])
      expect(rename(value)).toEqual(value);
  });
});
