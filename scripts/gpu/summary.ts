import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A page of what results.jsonl holds: summary.ts FOLDER writes summary.txt there. */
const folder = process.argv[2] ?? '.';
type Line = Record<string, unknown> & { step: string; provider: string; mode?: string; model?: string };
const read = (name: string): Line[] =>
  existsSync(join(folder, name))
    ? readFileSync(join(folder, name), 'utf8')
        .trim()
        .split('\n')
        .map((l) => JSON.parse(l))
    : [];
const results = read('results.jsonl');
const text: string[] = [];
const doctor = join(folder, 'doctor.txt');
if (existsSync(doctor))
  text.push(
    ...readFileSync(doctor, 'utf8')
      .split('\n')
      .filter((l) => /==|model/.test(l)),
  );

text.push('', 'provider model inference: px score alone (sure) within');
for (const r of results.filter((l) => l.step === 'compare')) {
  const told =
    r.error ??
    `${r.pairs} pairs, ${Number(r.px).toFixed(3)} px, ${Number(r.score).toFixed(5)}, ${r.alone} (${r.aloneSure}), ${r.within}`;
  text.push(`${r.provider} ${r.model} ${r.inference}: ${told}`);
}
text.push('', 'images per second');
const speeds = results.filter((l) => l.step === 'speed');
for (const provider of new Set(speeds.map((s) => s.provider))) {
  const of = (mode: string) => speeds.filter((s) => s.provider === provider && s.mode === mode);
  const bare = of('bare');
  const best = Math.max(0, ...[...bare, ...of('threads')].map((s) => Number(s.perSecond ?? 0)));
  for (const s of [...bare, ...of('threads')])
    text.push(`${provider} ${JSON.stringify({ ...s, step: undefined, model: undefined })}`);
  for (const s of of('ours')) {
    const ratio = s.perSecond ? ` ours ÷ best bare ${(Number(s.perSecond) / best).toFixed(3)}` : '';
    text.push(`${provider} ${JSON.stringify({ ...s, step: undefined, model: undefined })}${ratio}`);
  }
}
text.push('', 'served over MCP');
for (const s of results.filter((l) => l.step === 'served' && (l.inference || l.error))) text.push(JSON.stringify(s));
text.push('', 'steps that did not end well');
for (const s of read('steps.jsonl').filter((l) => l.code !== '0')) text.push(JSON.stringify(s));
writeFileSync(join(folder, 'summary.txt'), `${text.join('\n')}\n`);
