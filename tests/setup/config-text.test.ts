import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UnfitText, valueIn, withoutValue, withValue } from '../../src/setup/config-text.ts';

const strict = { keys: ['mcpServers'], name: 'h200-mug', comments: false };
const loose = { ...strict, comments: true };
const entry = { command: 'node', args: ['bin/h200-mug.js'] };

describe('putting an entry into settings', () => {
  it.each(['', ' \n', '{}', '{"mcpServers": {}}', '\uFEFF{}\n'])('works where there is nothing yet: %j', (text) => {
    const after = withValue(text, strict, entry);
    expect(after.change).toBe('added');
    expect(JSON.parse(after.text.replace('\uFEFF', ''))).toEqual({ mcpServers: { 'h200-mug': entry } });
    expect(after.text.startsWith('\uFEFF')).toBe(text.startsWith('\uFEFF'));
  });

  it('keeps comments, order, other servers and indentation', () => {
    const text =
      '{\n\t// theirs\n\t"zeta": 1,\n\t"mcpServers": {\n\t\t"other": { "url": "https://x" }, // mine\n\t},\n}\n';
    const after = withValue(text, loose, entry);
    expect(after.text).toContain('// theirs');
    expect(after.text).toContain('// mine');
    expect(after.text).toMatch(/^\t\t"h200-mug"/m);
    expect(valueIn(after.text, { ...loose, name: 'other' })).toEqual({ url: 'https://x' });
    expect(withValue(after.text, loose, entry)).toEqual({ text: after.text, change: 'none' });
    expect(withoutValue(after.text, loose).text).not.toContain('h200-mug');
  });

  it('keeps the ends of lines', () => {
    const { text } = withValue('{\r\n  "a": 1\r\n}\r\n', strict, entry);
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
  });

  it('adds, updates, removes: what else was there stays the same value', () => {
    const other = fc.string().filter((key) => key !== 'mcpServers' && key !== '__proto__');
    const settings = fc.dictionary(other, fc.jsonValue(), { noNullPrototype: true });
    fc.assert(
      fc.property(settings, fc.constantFrom(undefined, 2, '\t'), (before, indent) => {
        const text = JSON.stringify({ ...before, mcpServers: { other: 1 } }, null, indent);
        const added = withValue(text, strict, entry);
        expect(JSON.parse(added.text)).toEqual({ ...JSON.parse(text), mcpServers: { other: 1, 'h200-mug': entry } });
        const updated = withValue(added.text, strict, { command: 'other' });
        expect(updated.change).toBe('updated');
        const removed = withoutValue(updated.text, strict);
        expect(removed.change).toBe('removed');
        expect(JSON.parse(removed.text)).toEqual(JSON.parse(text));
      }),
    );
  });
});

describe('settings that are broken or hostile are refused', () => {
  it.each([
    ['{"mcpServers": {', 'no valid JSON'],
    ['{"a": 1} // said', 'may hold no comments'],
    ['{"a": 1,}', 'no valid JSON'],
    ['[]', 'no JSON object'],
    ['null', 'no JSON object'],
    ['"text"', 'no JSON object'],
    ['{"mcpServers": []}', '"mcpServers" is no object'],
    ['{"mcpServers": null}', '"mcpServers" is no object'],
    ['{"mcpServers": {}, "mcpServers": {}}', '"mcpServers" twice'],
    ['{"mcpServers": {"h200-mug": 1, "h200-mug": 2}}', '"h200-mug" twice'],
    ['['.repeat(1000), 'nested deeper'],
    // Brackets within texts and comments end nothing, and wrong ones neither.
    [`{"a": ${'["]", '.repeat(20_000)}1${']'.repeat(20_000)}}`, 'nested deeper'],
    [`{"a": ${'[/*]*/'.repeat(20_000)}1${']'.repeat(20_000)}}`, 'nested deeper'],
    [`{"a": ${'[ } '.repeat(20_000)}`, 'nested deeper'],
    ['#!/bin/sh\nrm -rf /', 'line 1, column 1'],
    ['<xml/>', 'no valid JSON'],
  ])('%j', (text, why) => {
    for (const change of [() => withValue(text, strict, entry), () => withoutValue(text, strict)]) {
      expect(change).toThrow(UnfitText);
      expect(change).toThrow(why);
    }
  });

  it('names of objects are names', () => {
    expect(valueIn('{"__proto__": {"h200-mug": 1}}', strict)).toBeUndefined();
    const { text } = withValue('{"__proto__": {"polluted": true}}', strict, entry);
    expect(text).toMatch(/"__proto__": \{\s+"polluted": true/);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
