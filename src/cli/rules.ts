import { Command } from 'commander';
import type { ParseResult } from '../rules/rule-book.ts';

export const rulesCommand = (done: (status: number) => void) =>
  new Command('rules').description('the rule language').addCommand(
    new Command('parse')
      .description('sentence to rule, or a refusal that names the words (exit 2)')
      .argument('<sentence>')
      .option('--json', 'one JSON document on stdout')
      .action(async (sentence: string, options: { json?: boolean }) => {
        const { parseSentence } = await import('../rules/language/parse.ts');
        const result = parseSentence(sentence);
        process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : describe(result));
        if (!result.ok) done(2);
      }),
  );

function describe(result: ParseResult): string {
  if (!result.ok) {
    return [
      `Not understood: ${result.reason}`,
      ...(result.unknown.length > 0 ? [`  words: ${result.unknown.map((w) => JSON.stringify(w)).join(', ')}`] : []),
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
