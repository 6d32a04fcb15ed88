import { parseArgs } from 'node:util';
import { SETS } from './sets.ts';
import { table, writeIntoDocs } from './support/report.ts';
import { runSet } from './support/set.ts';

/**
 * `npm run attack`: hostile input against the built product, on loopback, one set after the other; `npm run attack -- S4 S8`
 * runs these sets alone, `--share 0.1` a tenth of the cases, `--write` puts the table into docs/security.md. Exit status 1
 * when anything failed.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { share: { type: 'string', default: '1' }, write: { type: 'boolean', default: false } },
});
const share = Number(values.share);
if (!(share > 0 && share <= 1)) throw new Error('--share must be above 0 and at most 1');
const wanted = positionals.map((name) => name.toUpperCase());
const unknown = wanted.filter((name) => !SETS.some(({ id }) => id === name));
if (unknown.length > 0)
  throw new Error(`No set ${unknown.join(', ')}; there are ${SETS.map(({ id }) => id).join(', ')}`);
if (values.write && (wanted.length > 0 || share < 1)) throw new Error('--write takes the whole run');

const corpus = process.env.H200_ATTACK_CORPUS || null;
const reports = [];
for (const set of SETS.filter(({ id }) => wanted.length === 0 || wanted.includes(id))) {
  const report = await runSet(set, { share, corpus });
  reports.push(report);
  const { cases, refused, answered, failures, maxMs, seconds } = report;
  console.log(
    `${set.id} ${set.title}: ${cases} cases, ${refused} refused, ${answered} answered, ${failures.length} failures, slowest ${Math.round(maxMs)} ms, ${Math.round(seconds)} s`,
  );
  for (const failure of failures.slice(0, 40)) console.log(`  FAILED ${failure.slice(0, 600)}`);
  if (failures.length > 40) console.log(`  … and ${failures.length - 40} more`);
}
const text = table(reports);
console.log(`\n${text}`);
if (values.write) writeIntoDocs(text);
// Nothing that a set left behind holds up the end.
process.exit(reports.some(({ failures }) => failures.length > 0) ? 1 : 0);
