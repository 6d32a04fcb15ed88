import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runHooks } from '../../scripts/deploy/stack-parts/hooks.ts';
import { assertOwnFolder, makeOwnFolder, removeOwnFolder } from '../../scripts/deploy/stack-parts/own-folder.ts';
import { portsFrom } from '../../scripts/deploy/stack-parts/ports.ts';
import { endAll, launch, remember, remembered, until } from '../../scripts/deploy/stack-parts/processes.ts';
import { filledTemplate } from '../../scripts/deploy/stack-parts/proxy.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-parts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sleeper = [process.execPath, '-e', 'setInterval(() => {}, 1000); console.log("is up")'] as const;

describe('processes of the stack', () => {
  it('are known again, and ended', async () => {
    const one = launch('sleeper', sleeper, { folder, cwd: folder });
    const other = { ...one, name: 'another program that has its number', began: '1' };
    remember(folder, [one, other]);
    await until(one, folder, async () => readFileSync(join(folder, 'sleeper.log'), 'utf8').includes('is up'));
    expect(remembered(folder)).toEqual([one]);
    await endAll([other], () => {});
    expect(remembered(folder)).toEqual([one]);
    await endAll([one], () => {});
    expect(remembered(folder)).toEqual([]);
  });

  it('say why they ended', async () => {
    const one = launch('loser', [process.execPath, '-e', 'console.error("no luck"); process.exit(1)'], {
      folder,
      cwd: folder,
    });
    await expect(until(one, folder, async () => false)).rejects.toThrow(/loser ended: .*no luck/s);
  });
});

describe('what joins the stack', () => {
  const say: string[] = [];
  const about = () => ({
    root: folder,
    folder,
    ports: portsFrom(100),
    workers: 0,
    say: (text: string) => say.push(text),
  });
  const hook = (name: string, text: string, mode = 0o755) => {
    mkdirSync(join(folder, 'scripts/deploy/stack.d'), { recursive: true });
    writeFileSync(join(folder, 'scripts/deploy/stack.d', name), `#!/bin/sh\n${text}\n`, { mode });
  };

  it('is called in order, and backwards at the end, with ports and folder', async () => {
    for (const name of ['10-first', '20-second'])
      hook(name, `echo "${name} $1 $STACK_PORT_PROMETHEUS" >> "$STACK_FOLDER/called"`);
    hook('README', 'exit 1', 0o644);
    await runHooks('up', about());
    await runHooks('down', about());
    expect(readFileSync(join(folder, 'called'), 'utf8').trim().split('\n')).toEqual([
      '10-first up 9191',
      '20-second up 9191',
      '20-second down 9191',
      '10-first down 9191',
    ]);
  });

  it('ends a start when it fails, and never an end', async () => {
    hook('10-bad', 'exit 1');
    await expect(runHooks('up', about())).rejects.toThrow();
    await runHooks('down', about());
    expect(say.at(-1)).toContain('10-bad did not end well');
  });
});

it('the template of the proxy leaves no name without a value', () => {
  const named = (name: string) => `\${${name}}`;
  const comment = `# ${named('IN_A_COMMENT')}`;
  expect(filledTemplate(`${comment}\nlisten ${named('PORT')};`, { PORT: '80' })).toBe(`${comment}\nlisten 80;`);
  expect(() => filledTemplate(`listen ${named('PORT')};`, {})).toThrow('no value for PORT');
});

describe('the folder of the stack', () => {
  it('is made anew where a stack made it, and goes with all that is in it', () => {
    const own = join(folder, 'stack');
    makeOwnFolder(own);
    writeFileSync(join(own, 'records'), 'of the last one');
    makeOwnFolder(own);
    expect(readdirSync(own)).toEqual(['.h200-stack']);
    removeOwnFolder(own);
    expect(existsSync(own)).toBe(false);
    removeOwnFolder(own);
  });

  it('is never one that holds something of others, and never a link', () => {
    writeFileSync(join(folder, 'thesis.txt'), 'years of work');
    const link = join(folder, 'link');
    symlinkSync(folder, link);
    for (const given of [folder, link]) {
      for (const use of [makeOwnFolder, assertOwnFolder, removeOwnFolder]) expect(() => use(given)).toThrow(given);
    }
    expect(readFileSync(join(folder, 'thesis.txt'), 'utf8')).toBe('years of work');
  });
});
