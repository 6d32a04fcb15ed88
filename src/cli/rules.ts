import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { ParseResult } from '../language/reading.ts';
import { printableJson, quotedText } from '../plain-text.ts';
import { callFor, OWNER } from './caller.ts';
import { tellOfUsers } from './tell-of-users.ts';
import { print, tellLine } from './terminal.ts';
import { withApp } from './with-app.ts';

export const rulesCommand = (done: (status: number) => void) =>
  new Command('rules')
    .description('the rule language and the stored rules')
    .addCommand(parseCommand(done))
    .addCommand(exportCommand())
    .addCommand(importCommand());

const parseCommand = (done: (status: number) => void) =>
  new Command('parse')
    .description('sentence to rule, or a refusal that names the words (exit 2)')
    .argument('<sentence>')
    .option('--json', 'one JSON document on stdout')
    .action(async (sentence: string, options: { json?: boolean }) => {
      const { parseSentence } = await import('../language/grammar/parse.ts');
      const result = parseSentence(sentence);
      print(options.json ? `${printableJson(result, 2)}\n` : describe(result));
      if (!result.ok) done(2);
    });

const exportCommand = () =>
  new Command('export')
    .description('all stored rules as one JSON document on stdout')
    .option(...OWNER)
    .action(({ owner }: { owner?: string }) =>
      withApp(async (app) => {
        const { services } = app;
        const [document, { leftOutLine }] = await Promise.all([
          services.rules.export(await callFor(services, owner, 'rules export')),
          import('../contract/unreadable.ts'),
        ]);
        print(`${printableJson(document, 2)}\n`);
        for (const line of leftOutLine(document.unreadable)) tellLine(line);
        if (owner === undefined) await tellOfUsers(app, 'rules');
      }),
    );

const importCommand = () =>
  new Command('import')
    .description('stores the rules of an exported document: all of them or none')
    .argument('<file>')
    .option(...OWNER)
    .action((file: string, { owner }: { owner?: string }) =>
      withApp(async ({ services }) => {
        const document = await readDocument(file);
        const call = await callFor(services, owner, 'rules import');
        const { created, updated } = await services.rules.import(call, document);
        print(`${created} created, ${updated} updated\n`);
      }),
    );

async function readDocument(file: string): Promise<unknown> {
  const { AppError } = await import('../errors.ts');
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AppError('VALIDATION_002', {
      message: 'The file cannot be read.',
      advice: 'Give the path of a file that "h200-mug rules export" wrote.',
      cause,
    });
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('RULES_002', { message: 'The file is not JSON.', advice: 'Export the rules again.', cause });
  }
}

function describe(result: ParseResult): string {
  if (!result.ok) {
    return [
      `Not understood: ${result.reason}`,
      ...(result.unknown.length > 0 ? [`  words: ${result.unknown.map((w) => quotedText(w)).join(', ')}`] : []),
      ...(result.question ? [`  ${result.question}`] : []),
      ...result.suggestions.map((s) => `  try: ${s}`),
      '',
    ].join('\n');
  }
  const { name, canonical, type, priority, context, assumptions } = result.draft;
  return [
    name,
    `  means: ${canonical}`,
    `  type ${type}, priority ${priority}${context ? `, context ${context}` : ''}`,
    ...assumptions.map((a) => `  assumed: ${a}`),
    '',
  ].join('\n');
}
