import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRecords } from '../src/app/open-stores.ts';
import { loadConfig } from '../src/config/config.ts';
import { filterTerms } from '../src/contract/search-terms.ts';
import { cursorAfter } from '../src/ports/cursor.ts';
import type { Records } from '../src/ports/records.ts';
import { freshDatabase, MONGODB_URI } from '../tests/support/mongo.ts';
import { type BareLists, bareMongo, bareSqlite } from './support/bare-lists.ts';
import { fillEmbedded, fillMongo } from './support/filled-stores.ts';
import { BUSY_OWNER, idOf, madeAt, NEVER_TOGETHER, QUIET_OWNER, RARE, RULE } from './support/many-analyses.ts';
import { line, machine, paired, ratioText, timed } from './support/measure.ts';

/**
 * Lists and searches of 100,000 analyses through the records of the program, against the bare driver asking the same store
 * for the same rows by the same indexes, in turn: `npm run bench -- records [--n=100000] [--mongo-n=100000]`. Both read what
 * they found as JSON, the program also checks it. MongoDB where TEST_MONGODB_URI is set (`npm run services`).
 */
const PAGE = 20;
const ROUNDS = 41;
const AIM = '≤ 3';
const MOST_MS = 50;

const option = (name: string, otherwise: number): number =>
  Number(process.argv.find((word) => word.startsWith(`--${name}=`))?.split('=')[1] ?? otherwise);
const COUNT = option('n', 100_000);

/** One question: to the records, and to the driver. Both tell the ids they found, or how many there are. */
interface Question {
  readonly name: string;
  readonly ours: () => Promise<readonly string[] | number>;
  readonly bare: () => Promise<readonly string[] | number> | readonly string[] | number;
}

function questions({ analyses, ping }: Records, bare: BareLists, count: number): Question[] {
  const middle = { at: madeAt(Math.floor(count / 2)), id: idOf(Math.floor(count / 2)) };
  const list = (name: string, owner: string, from?: typeof middle): Question => ({
    name,
    ours: async () => {
      const page = { limit: PAGE, ...(from && { cursor: cursorAfter('analyses', from) }) };
      return (await analyses.list(owner, page)).items.map((item) => item.analysis_id);
    },
    bare: () => bare.list(owner, from ?? null, PAGE),
  });
  const search = (name: string, terms: readonly string[], since = '', until = '~'): Question => ({
    name,
    /** To its last page at most: a page that holds fewer than asked for is not the end. */
    ours: async () => {
      const found: string[] = [];
      let cursor: string | null = null;
      do {
        const what = { terms, since, ...(until !== '~' && { until }) };
        const page = { limit: PAGE - found.length, ...(cursor !== null && { cursor }) };
        const got = await analyses.search(BUSY_OWNER, what, page);
        found.push(...got.items.map((item) => item.analysis_id));
        cursor = got.nextCursor;
      } while (cursor !== null && found.length < PAGE);
      return found;
    },
    bare: () => bare.search(BUSY_OWNER, terms, since, until, PAGE),
  });
  const [bowl, bottle] = NEVER_TOGETHER;
  return [
    { name: 'a call that asks nothing', ours: () => ping().then(() => 0), bare: () => bare.nothing() },
    list('first page of 20', BUSY_OWNER),
    list('a page in the middle, by cursor', BUSY_OWNER, middle),
    list('first page, owner of a tenth', QUIET_OWNER),
    search('rule broken (1 in 20)', filterTerms({ ruleId: RULE })),
    search('rule broken, with phone', filterTerms({ ruleId: RULE, objects: ['phone'] })),
    search('phone there, something broken', filterTerms({ outcome: 'violated', objects: ['phone'] })),
    search('too close: mug and laptop', filterTerms({ operator: 'min_distance', about: ['mug', 'laptop'] })),
    search('one day in the middle', [], madeAt(count / 2), madeAt(count / 2 + 1440)),
    search('rule broken on that day', filterTerms({ ruleId: RULE }), madeAt(count / 2), madeAt(count / 2 + 1440)),
    search('in 1 of 5,000', filterTerms({ objects: [RARE] })),
    search('in 1 of 5,000, with mug', filterTerms({ objects: ['mug', RARE] })),
    search('two often there, never together', filterTerms({ objects: [bowl, bottle] })),
    {
      name: 'how many has the owner',
      ours: () => analyses.count({ owner: BUSY_OWNER }),
      bare: () => bare.count(BUSY_OWNER),
    },
  ];
}

async function compare(backend: string, records: Records, bare: BareLists, count: number): Promise<void> {
  for (const { name, ours, bare: asked } of questions(records, bare, count)) {
    const [a, b] = [await ours(), await asked()];
    if (JSON.stringify(a) !== JSON.stringify(b)) {
      throw new Error(`${backend}, ${name}: not the same rows: ${JSON.stringify(a)} and ${JSON.stringify(b)}`);
    }
    const slow = (await timed(ours)) > 100;
    const got = await paired(slow ? 9 : ROUNDS, ours, async () => asked());
    const found = typeof a === 'number' ? `${a}` : `${a.length} rows`;
    const over = got.a > MOST_MS ? `, OVER ${MOST_MS} ms` : '';
    line(`${backend}: ${name}`, ratioText(got), AIM, `${got.a.toFixed(2)} ÷ ${got.b.toFixed(2)} ms, ${found}${over}`);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'h200-bench-records-'));
console.log(machine());
try {
  const file = join(folder, 'records.db');
  const filled = await timed(() => fillEmbedded(file, COUNT));
  const size = (statSync(file).size / 2 ** 20).toFixed(0);
  console.log(`embedded: ${COUNT} analyses, ${size} MB, filled in ${(filled / 1000).toFixed(0)} s; ${machine()}`);
  const records = await openRecords(loadConfig({ H200_DATA_DIR: folder }));
  const bare = bareSqlite(file);
  await compare('embedded', records, bare, COUNT);
  await bare.close();
  await records.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

if (MONGODB_URI !== null) {
  const uri = freshDatabase();
  const count = option('mongo-n', COUNT);
  const begun = performance.now();
  const store = await fillMongo(uri, count);
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  console.log(`MongoDB: ${count} analyses, filled in ${seconds} s; ${machine()}`);
  const records = await openRecords(loadConfig({ MONGODB_ATLAS_URI: uri, H200_DATA_DIR: folder }));
  try {
    await compare('MongoDB', records, bareMongo(store.analyses, store.db), count);
  } finally {
    await records.close();
    await store.db.dropDatabase();
    await store.client.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
