import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { COMMANDS, DEFAULT_COMMAND } from '../../src/cli/commands.ts';
import { VARIABLES } from '../../src/config/config.ts';
import { commandLines, configuredServers, DOCUMENTS, inLanguage, ROOT } from '../support/documents.ts';

const program = new Command('h200-mug').version('0');
for (const [name, load] of Object.entries(COMMANDS)) {
  const make = await load();
  program.addCommand(
    make(() => {}),
    { isDefault: name === DEFAULT_COMMAND },
  );
}

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
/** Programs of others that documents speak of. */
const OTHERS = new Set(['tritonserver', 'docker', 'kubectl']);
const NPM = new Set(['ci', 'install', 'pack', 'sbom', 'audit', 'dedupe']);

/** What is wrong with a command line as it stands in a document; null when nothing. */
function fault(line: string): string | null {
  const words = line.match(/"[^"]*"|\S+/g) ?? [];
  while (/^[A-Z][A-Z0-9_]*=/.test(words[0] ?? '')) {
    const [name] = (words.shift() as string).split('=') as [string];
    if (name.startsWith('H200_') && !(name in VARIABLES)) return `no variable ${name}`;
  }
  const [command, ...rest] = words;
  if (command === 'h200-mug') return programFault(rest);
  if (command === 'npm') return npmFault(rest);
  if (command === 'node') return nodeFault(rest);
  if (command === 'claude')
    return line.includes(' -- ') ? fault(line.split(' -- ')[1] as string) : 'no command after --';
  if (command?.startsWith('scripts/')) return existsSync(join(ROOT, command)) ? null : `no file ${command}`;
  return OTHERS.has(command ?? '') ? null : `unknown command ${command}`;
}

function npmFault([verb = '', name = '']: string[]): string | null {
  if (verb !== 'run') return NPM.has(verb) || verb in scripts ? null : `no npm command ${verb}`;
  return name in scripts ? null : `no script ${name}`;
}

function nodeFault([file = '']: string[]): string | null {
  return existsSync(join(ROOT, file.replace('/path/to/clone/', ''))) ? null : `no file ${file}`;
}

/** Words up to the first that is no command lead to one; `a|b` are two of them. Options are looked up in it. */
function programFault(words: string[]): string | null {
  let at: Command[] = [program];
  for (const word of words) {
    if (!/^[a-z|]+$/.test(word)) break;
    const choices = at[0]?.registeredArguments.flatMap(({ argChoices = [] }) => argChoices) ?? [];
    if (word.split('|').every((name) => choices.includes(name))) break;
    const next = word.split('|').map((name) => at[0]?.commands.find((one) => one.name() === name));
    if (at[0]?.commands.length === 0) break;
    if (next.includes(undefined)) return `no command ${word}`;
    at = next as Command[];
  }
  for (const [option] of words.join(' ').matchAll(/(?<![\w-])--[a-z][a-z-]*/g)) {
    const known = at.some((one) => [...one.options.map(({ long }) => long), '--help'].includes(option));
    if (!known) return `no option ${option}`;
  }
  return null;
}

describe('every command line of the documents', () => {
  const lines = commandLines();

  it('is one of many', () => {
    expect(lines.length).toBeGreaterThan(40);
  });

  it.each([
    ...new Set(lines.filter(({ text }) => !text.startsWith('npx')).map(({ file, text }) => `${file}: ${text}`)),
  ])('%s', (line) => {
    expect(fault(line.slice(line.indexOf(': ') + 2))).toBeNull();
  });

  it.each([
    'h200-mug analyse PHOTO',
    'h200-mug analyze PHOTO --annotated FILE',
    'h200-mug models list|forget',
    'h200-mug doctor [--fix]',
    'H200_GUESS=1 h200-mug doctor',
    'npm run benchmark',
    'npm tset',
    'node eval/guess.ts',
    'claude mcp add h200-mug',
  ])('and what is none is seen: %s', (line) => expect(fault(line)).not.toBeNull());
});

describe('docs/command-line.md has', () => {
  const table = inLanguage('inline').filter(({ file }) => file === 'docs/command-line.md');
  const named = new Set(table.flatMap(({ text }) => withAlternatives(text)));
  const whole = program.commands.flatMap((one) =>
    one.commands.length === 0 ? [one.name()] : one.commands.map((below) => `${one.name()} ${below.name()}`),
  );
  it.each(whole)('h200-mug %s', (name) => expect([...named]).toContain(name));
});

/** "users link|list …": `users link` and `users list`; of `models list|fetch`, that too. */
function withAlternatives(text: string): string[] {
  const [first = '', second = ''] = text.replace(/^h200-mug /, '').split(' ');
  return [...first.split('|'), ...second.split('|').map((one) => `${first} ${one}`)];
}

describe('as long as the package is not published', () => {
  it('no snippet to copy runs what somebody else could publish under its name', () => {
    expect(inLanguage('sh', 'json', '').filter(({ text }) => text.includes('npx'))).toEqual([]);
    expect(configuredServers().map(({ server }) => server.command)).not.toContain('npx');
    const indented = DOCUMENTS.flatMap(
      (file) => readFileSync(join(ROOT, file), 'utf8').match(/^ {4}.*\bnpx h200.*$/gm) ?? [],
    );
    expect(indented).toEqual([]);
  });
});

describe('docs/mcp.md names', () => {
  const text = readFileSync(join(ROOT, 'docs/mcp.md'), 'utf8');
  const reference = readFileSync(join(ROOT, 'docs/api/tools.md'), 'utf8').split(/^## Resources/m)[1] ?? '';
  const names = [...reference.matchAll(/^\| `([^`]+)` \|/gm)]
    .map(([, name = '']) => name)
    .filter((name) => !name.startsWith('ui:'));
  it('many', () => expect(names.length).toBeGreaterThan(15));
  it.each(names)('%s', (name) => expect(text).toContain(`\`${name}`));
});
