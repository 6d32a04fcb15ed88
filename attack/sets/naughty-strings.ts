import { createRequire } from 'node:module';
import { at, CALLS, DESK, type Schema, textFields } from '../../tests/gateway/mcp/text-fields.ts';
import { random, shareOf } from '../support/random.ts';
import type { AttackSet, Tally } from '../support/set.ts';
import { StdioProduct, tryCall } from '../support/stdio.ts';
import { type Message, structuredOf, textOf } from '../support/verdict.ts';

const LIST: readonly string[] = createRequire(import.meta.url)('big-list-of-naughty-strings');
const OURS: readonly unknown[] = [
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is meant as it stands
  '${process.exit()}',
  '{{7*7}}',
  '<%= 7*7 %>',
  '{"$gt":""}',
  '$where',
  '%s%n%x',
  '\u2028',
  '\ud800',
  'a'.repeat(100_000),
  '\u001b]0;title\u0007',
  '| rm -rf /',
  '[x](javascript:alert(1))',
  '{"level":60,"msg":"forged"}',
  '\n{"level":60,"msg":"forged"}',
  { $gt: '' },
  { $ne: null },
  { toString: 'x' },
  ['x'],
  7,
  true,
  { __proto__: null, length: 1 },
];
/** The fields that name a record by its id; any text may be sent in them. */
const BY_ID: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  get_annotated_image: [{ analysis_id: 'ana_none' }],
  get_analysis: [{ analysis_id: 'ana_none' }],
  delete_analyses: [{ analysis_id: 'ana_none', dry_run: true }],
  test_rule: [{ ...DESK, rule_id: 'rule_none' }],
};
/** A text that answers may not hold: it would begin a line, move a cursor or turn the direction of writing. */
const UNCLEAN = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
/** Rules and analyses of the set are thrown away after so many calls. */
const ROUND = 400;

/** The Big List of Naughty Strings in every text field of every tool. */
export const naughtyStringSet: AttackSet = {
  id: 'S7',
  title: 'naughty strings in every text field',
  bounds: { maxMs: 5000, maxRssMb: 1200 },
  async run(tally, { share }) {
    const product = await StdioProduct.open(tally, { env: { LOG_LEVEL: 'debug' } });
    try {
      const strings: unknown[] = shareOf([...OURS, ...LIST], share, 12);
      const listed = await product.request('tools/list', {});
      const tools = listed.result?.tools as { name: string; inputSchema: Schema }[];
      const fields = tools.flatMap(({ name, inputSchema }) =>
        textFields(inputSchema).map((field) => [name, field] as const),
      );
      await everyField(tally, product, fields, strings);
      for (const text of strings) if (typeof text === 'string') await verbatim(tally, product, text);
      checkLog(tally, product.log);
      tally.note(`${strings.length} strings, ${fields.length} fields`);
    } finally {
      await product.stop();
    }
  },
};

async function everyField(
  tally: Tally,
  product: StdioProduct,
  fields: readonly (readonly [string, string])[],
  strings: readonly unknown[],
): Promise<void> {
  const chance = random(7);
  let rule = await newRule(product);
  let calls = 0;
  for (const [tool, field] of fields) {
    const examples = [...(CALLS[tool] ?? []), ...(BY_ID[tool] ?? [])].filter((args) => at(args, field).length > 0);
    if (examples.length === 0) {
      tally.failed(`${tool}${field}`, 'no call of tests/gateway/mcp/text-fields.ts holds it');
      continue;
    }
    for (const text of strings) {
      if (++calls % ROUND === 0) {
        await product.call('delete_analyses', { all: true });
        rule = await newRule(product, rule);
      }
      const args = JSON.parse(JSON.stringify(chance.pick(examples)).replaceAll('{rule}', rule));
      for (const { holder, key } of at(args, field)) holder[key] = text;
      const name = `${tool}${field} ${JSON.stringify(text)?.slice(0, 80)}`;
      const extra =
        tool === 'create_rule' || tool === 'update_rule'
          ? { dry_run: true }
          : tool === 'analyze_image'
            ? { store: false }
            : {};
      const outcome = await tryCall(tally, product, name, tool, { ...args, ...extra });
      if (outcome) checkText(tally, name, outcome.message);
    }
  }
}

async function newRule(product: StdioProduct, old?: string): Promise<string> {
  if (old !== undefined) await product.call('update_rule', { rule_id: old, action: 'delete' });
  const made = await product.call('create_rule', { text: 'Keep mugs 30 cm from keyboards' });
  return structuredOf<{ rule: { rule_id: string } }>(made).rule.rule_id;
}

function checkText(tally: Tally, name: string, message: Message): void {
  const unclean = UNCLEAN.exec(message.error?.message ?? textOf(message));
  if (unclean !== null) tally.fail(name, `the answer holds ${JSON.stringify(unclean[0])}`);
}

/** What is stored under a name is shown under exactly that name, without the space around it, or was refused. */
async function verbatim(tally: Tally, product: StdioProduct, text: string): Promise<void> {
  const name = `verbatim ${JSON.stringify(text).slice(0, 80)}`;
  const conditions = [{ object1: 'mug', object2: 'laptop', operator: 'min_distance', value: 300, unit: 'mm' }];
  const made = await tryCall(tally, product, name, 'create_rule', { conditions, name: text });
  if (made?.how !== 'answered') return;
  const { rule } = structuredOf<{ rule: { rule_id: string; name: string } }>(made.message);
  const listed = await product.call('list_rules', {});
  const { rules } = structuredOf<{ rules: { rule_id: string; name: string }[] }>(listed);
  const shown = rules.find(({ rule_id }) => rule_id === rule.rule_id)?.name;
  if (rule.name !== text.trim() || shown !== text.trim())
    tally.fail(name, `is stored as ${JSON.stringify(rule.name)}, shown as ${JSON.stringify(shown)}`);
  checkText(tally, name, listed);
  await product.call('update_rule', { rule_id: rule.rule_id, action: 'delete' });
}

/** Every line of the log is one record of ours. */
function checkLog(tally: Tally, log: readonly string[]): void {
  const odd = log.find((line) => {
    try {
      return (JSON.parse(line) as { msg?: unknown }).msg === 'forged';
    } catch {
      return !line.startsWith('h200-mug');
    }
  });
  if (odd !== undefined) tally.fail('the log', `holds ${odd.slice(0, 200)}`);
}
