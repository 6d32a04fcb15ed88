import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Expected, type Judgement, judge, type SequenceTruth, WATCH_HEAD, watchRows } from './watch-events.ts';
import { INSTALLED, type Installed, measuredScenes, openDetector } from './watch-scenes.ts';

/**
 * What a camera tells of rendered sequences whose truth is known: precision and recall of its events, through the installed
 * detector and the whole way of an analysis.
 *   python training/render_watch.py --out DIR && node eval/watch.ts --frames DIR [--models public|own] [--write]
 * --write: puts the tables between the markers of docs/watch-accuracy.md. What was measured of the frames is kept beside
 * them (scenes-public.json, scenes-own.json), so that a second run takes seconds; --again measures anew.
 */
const { values } = parseArgs({
  options: {
    frames: { type: 'string' },
    models: { type: 'string' },
    write: { type: 'boolean', default: false },
    again: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
if (values.frames === undefined) throw new Error('eval/watch.ts needs --frames DIR (training/render_watch.py)');

const tables: Record<string, string[]> = {};
for (const installed of INSTALLED) {
  if (values.models !== undefined && values.models !== installed) continue;
  const { events, moves } = watchRows(await judgedWith(installed, values.frames));
  tables[`events ${installed}`] = [...WATCH_HEAD, ...events];
  tables[`moves ${installed}`] = moves;
}

const DOCUMENT = new URL('../docs/watch-accuracy.md', import.meta.url);
for (const [name, rows] of Object.entries(tables)) console.log(`${name}\n${rows.join('\n')}\n`);
if (values.write) {
  let text = readFileSync(DOCUMENT, 'utf8');
  for (const [name, rows] of Object.entries(tables)) {
    const between = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`);
    if (!between.test(text)) throw new Error(`docs/watch-accuracy.md has no markers for ${name}`);
    text = text.replace(between, `$1\n${rows.join('\n')}\n\n$2`);
  }
  writeFileSync(DOCUMENT, text);
}

async function judgedWith(installed: Installed, frames: string): Promise<Judgement[]> {
  const detector = openDetector(installed);
  const judged: Judgement[] = [];
  for (const name of readdirSync(frames).sort()) {
    const folder = `${frames}/${name}`;
    if (!existsSync(`${folder}/truth.json`)) continue;
    const truth: SequenceTruth = JSON.parse(readFileSync(`${folder}/truth.json`, 'utf8'));
    const scenes = await measuredScenes(folder, truth, { installed, detector, again: values.again });
    const result = judge(name, truth, scenes);
    judged.push(result);
    if (values.verbose || result.missing.length + result.wrong.length > 0) console.error(installed, line(result));
  }
  await detector.close();
  return judged;
}

function line({ name, missing, wrong }: Judgement): string {
  const of = (e: Expected) => `${e.kind} at ${e.s} s`;
  return `${name}: missing ${missing.map(of).join(', ') || '–'}; wrong ${wrong.map(of).join(', ') || '–'}`;
}
