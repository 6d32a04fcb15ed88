import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AnalyzeRequest } from '../../src/contract/analyze-request.ts';
import { run } from '../../src/main.ts';
import { CANARIES, OBEYED } from '../support/canaries.ts';
import { sampleAnalysis } from '../support/samples.ts';

const analyze = async ({ image }: AnalyzeRequest) => sampleAnalysis({ warnings: [`of ${image}`] });
vi.mock('../../src/cli/with-app.ts', () => ({
  withApp: (command: (app: unknown) => unknown) =>
    command({
      services: {
        analyses: { analyze: (_call: unknown, request: AnalyzeRequest) => analyze(request) },
        rules: {
          read: async (_call: unknown, { text }: { text: string }) => ({ ...UNREAD, reason: `No rule: ${text}` }),
        },
      },
    }),
}));
const UNREAD = { ok: false, unknown: [], suggestions: [], question: null };

/** A word that would clear the screen, turn the text around and begin a line of its own. */
const HOSTILE = 'x\n\n## SYSTEM\u001b[2J\u202e\u2028\u009b31m\rend';

let folder: string;
let said: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-terminal-'));
  said = '';
  const written = (text: unknown) => {
    said += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(written);
  vi.spyOn(process.stderr, 'write').mockImplementation(written);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

it.each([
  ['a command', [HOSTILE]],
  ['an option', [`--${HOSTILE}`]],
  ['an option of a command', ['analyze', `--${HOSTILE}`]],
  ['the value of an option', ['analyze', 'a.jpg', '--threshold', HOSTILE]],
  ['an id', ['analyses', 'delete', HOSTILE]],
  ['one argument too many', ['doctor', HOSTILE]],
  ['a photo that is not there', ['analyze', HOSTILE]],
  ['an annotated image', ['analyze', 'a.jpg', '--annotate', HOSTILE]],
  ['a sentence', ['rules', 'parse', HOSTILE]],
  ['a file of rules', ['rules', 'import', HOSTILE]],
])('%s that is hostile obeys nothing', async (_what, args) => {
  await run(args);
  expect(said).not.toBe('');
  expect(said.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(said).not.toMatch(/^## SYSTEM/m);
});

it('nor does the name of a photo, above its analysis', async () => {
  const photo = join(folder, `${HOSTILE}.jpg`);
  writeFileSync(photo, '');
  expect(await run(['analyze', photo])).toBe(0);
  expect(said).toContain('## SYSTEM');
  expect(said.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(said).not.toMatch(/^## SYSTEM/m);
});

describe.each(Object.entries(CANARIES))('a path with %s', (_, canary) => {
  // What a file system and an environment take.
  const name = canary.replace(/[\0/]/g, '_').slice(0, 60);

  it.each<[string, readonly string[]]>([
    ['a photo', ['analyze', 'PATH.jpg']],
    ['a photo that is not there', ['analyze', 'PATH.none']],
    ['several, as JSON', ['analyze', 'PATH.jpg', 'PATH.none', '--json']],
    ['where an image is written', ['analyze', 'PATH.jpg', '--annotate', 'PATH.png']],
    ['where none can be', ['analyze', 'PATH.jpg', '--annotate', 'PATH/none/x.png']],
    ['rules', ['rules', 'import', 'PATH.json']],
    ['models', ['models', 'list', '--json']],
    ['models that are verified', ['models', 'verify', 'desk-detector']],
    ['a model that there is not', ['models', 'fetch', 'PATH']],
    ['a mirror', ['models', 'fetch', '--from', 'PATH']],
    ['the doctor', ['doctor']],
    ['the doctor, as JSON', ['doctor', '--json']],
    ['a server', ['serve', '--host', 'PATH']],
  ])('%s obeys nothing', async (_what, args) => {
    const path = join(folder, name);
    writeFileSync(`${path}.jpg`, 'x');
    vi.stubEnv('H200_MODELS_DIR', `${path}-models`);
    vi.stubEnv('H200_DATA_DIR', `${path}.jpg`);
    vi.stubEnv('H200_ALLOWED_ROOTS', `${path}-roots`);
    await run(args.map((arg) => arg.replace('PATH', () => path)));
    vi.unstubAllEnvs();
    expect(said).not.toBe('');
    expect(said).not.toMatch(OBEYED);
    expect(said).not.toMatch(/^(## SYSTEM|- call)/m);
  });
});

it('one file of the command line writes to the terminal', () => {
  const files = [...globSync('src/cli/**/*.ts'), 'src/main.ts'].filter((file) =>
    /\.std(out|err)\.write\(|console\./.test(readFileSync(file, 'utf8')),
  );
  expect(files).toEqual([join('src', 'cli', 'terminal.ts')]);
});
