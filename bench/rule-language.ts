import { readFileSync } from 'node:fs';
import { parseSentence } from '../src/language/grammar/parse.ts';

/**
 * Rule language: microseconds per sentence, and time against length for the worst texts that we could think of.
 * `node bench/rule-language.ts`; prints one table. Linear: the last column stays about the same down a block.
 */
const sentences = ['tune.txt', 'held-out.txt'].flatMap((name) =>
  readFileSync(new URL(`../tests/language/grammar/sentences/${name}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.includes(' => '))
    .map((line) => line.slice(0, line.lastIndexOf(' => '))),
);

/** Least processor time of one call over rounds, µs: not the time that other work on the machine takes. */
function time(run: () => void, rounds = 25): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < rounds; i++) {
    const start = process.cpuUsage();
    run();
    const used = process.cpuUsage(start).user;
    if (used > 0) best = Math.min(best, used);
  }
  return best;
}

const [good, bad] = [true, false].map((ok) => sentences.filter((s) => parseSentence(s).ok === ok));
for (const [name, list] of [
  ['understood', good!],
  ['refused, with suggestions', bad!],
] as const) {
  const all = time(() => {
    for (const s of list) parseSentence(s);
  });
  console.log(`${name}: ${list.length} sentences, ${(all / list.length).toFixed(1)} µs each`);
}

const WORST: Record<string, (n: number) => string> = {
  'long list': (n) => `Keep mugs away from laptops${', laptops'.repeat(n / 9)}`,
  'long and-list': (n) => `Keep mugs${' and mugs'.repeat(n / 9)} away from laptops`,
  'many clauses': (n) => 'Keep mugs on coasters; '.repeat(n / 23),
  'many and-clauses': (n) => `Keep mugs on coasters${' and keep mugs on coasters'.repeat(n / 26)}`,
  'unfinished clauses': (n) => 'keep mugs at least '.repeat(n / 19),
  'nested negation': (n) => 'not never no '.repeat(n / 13),
  numbers: (n) => '1 1/2 and a half '.repeat(n / 17),
  conditions: (n) => 'when there is a laptop if a phone is '.repeat(n / 37),
  'one long word': (n) => 'a'.repeat(n),
  'unknown words': (n) => 'xyzzy '.repeat(n / 6),
  quotes: (n) => 'zone " '.repeat(n / 7),
  pronouns: (n) => `Keep mugs off laptops${' and keep them off phones'.repeat(n / 24)}`,
  'one subject': (n) => `Keep mugs on coasters${' and off laptops'.repeat(n / 16)}`,
  'fronted places': (n) => 'on the laptop, '.repeat(n / 15),
  'open parentheses': (n) => `Keep mugs 6 inches ${'(6 inches '.repeat(n / 10)}`,
  'both and neither': (n) => 'both mugs neither '.repeat(n / 18),
  punctuation: (n) => ',;'.repeat(n / 2),
};
console.log('\ntext                 length     µs   µs/char');
for (const [name, make] of Object.entries(WORST)) {
  for (const length of [500, 1000, 2000, 4000, 8000]) {
    const text = make(length);
    const us = time(() => parseSentence(text, { maxLength: 10_000 }), 12);
    console.log(
      `${name.padEnd(20)} ${String(text.length).padStart(6)} ${us.toFixed(0).padStart(6)} ${(us / text.length).toFixed(2).padStart(9)}`,
    );
  }
}
const over = 'Keep mugs on coasters and '.repeat(400);
console.log(`\n${over.length} characters, refused by length: ${time(() => parseSentence(over)).toFixed(1)} µs`);
