import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { inLanguage, ROOT } from '../../support/documents.ts';
import { type RestServer, startRest } from './rest-server.ts';

/** What docs/rest.md says to type or to run, done as it stands there; but for the last test, only the port is that of this test's server. */
const run = promisify(execFile);
const at = (server: RestServer, text: string) => text.replaceAll('http://localhost:8000', server.url);
const can = (command: string, ...args: string[]) =>
  run(command, args).then(
    () => true,
    () => {
      process.stderr.write(`\n"${command} ${args.join(' ')}" does not run: THE EXAMPLES THAT NEED IT ARE SKIPPED\n`);
      return false;
    },
  );
const hasCurl = await can('curl', '--version');
const hasRequests = await can('python3', '-c', 'import requests');

const blocks = inLanguage('bash').filter(({ file }) => file === 'docs/rest.md');
const curls = (text: string) =>
  text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.startsWith('curl '));
const servers: RestServer[] = [];
afterAll(() => Promise.all(servers.map((one) => one.close())));
async function open(env: Record<string, string> = {}, port = 0) {
  const server = await startRest(env, undefined, { port });
  servers.push(server);
  return server;
}

it('many photos go as batches', async () => {
  const server = await open();
  const { text } = inLanguage('javascript').find((one) => one.file === 'docs/rest.md')!;
  const folder = mkdtempSync(join(tmpdir(), 'h200-many-'));
  const program = join(folder, 'many-photos.mjs');
  writeFileSync(program, text);
  const names = ['all-fine', 'coaster-and-mat', 'mug-near-edge', 'mug-too-close', 'shared-table'];
  const photos = [...names, ...names, ...names].map((name) => join(ROOT, `examples/${name}.jpg`));
  const env = { ...process.env, H200_URL: server.url };
  const { stdout } = await run(process.execPath, [program, ...photos], { env });
  rmSync(folder, { recursive: true });
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(15);
  expect(lines.every((line) => /^[a-z-]+\.jpg: ana_\S+, \d mugs$/.test(line))).toBe(true);
});

/** A batch whose end is posted to an address. */
const JOB = { job_id: expect.stringMatching(/^job_/), kind: 'batch' };
const isLogin = (text: string) => text.includes('/auth/login');

describe.skipIf(!hasCurl)('curl', () => {
  it('stores a rule, analyses a photo by it, lists it', async () => {
    const server = await open();
    const lines = blocks.filter(({ text }) => !isLogin(text)).flatMap(({ text }) => curls(text));
    const answers = [];
    for (const line of lines) {
      const { stdout } = await run('bash', ['-c', at(server, line)], { cwd: ROOT });
      answers.push(JSON.parse(stdout));
    }
    const [rule, analysis, rules, job] = answers;
    expect(answers).toHaveLength(4);
    expect(job).toMatchObject(JOB);
    expect(rule).toMatchObject({ name: 'Laptop Safety Distance', enabled: true, context: 'office', priority: 8 });
    expect(rule.conditions).toMatchObject([{ object1: 'mug', object2: 'laptop', value: 152.4, unit: 'mm' }]);
    expect(analysis.model.threshold).toBe(0.5);
    expect(analysis.rules.map((one: { rule_id: string }) => one.rule_id)).toContain(rule.rule_id);
    expect(analysis.feedback.summary).not.toBe('');
    expect(rules.map((one: { rule_id: string }) => one.rule_id)).toEqual([rule.rule_id]);
  });

  it('logs in where there are users', async () => {
    const { text } = blocks.find((one) => isLogin(one.text))!;
    const env = Object.fromEntries(
      [...text.matchAll(/\b(H200_ADMIN_\w+|JWT_SECRET)=(?:"([^"]*)"|(\S+))/g)].map(([, name, quoted, plain]) => [
        name,
        quoted ?? plain,
      ]),
    );
    expect(Object.keys(env)).toHaveLength(3);
    const server = await open(env);
    expect((await server.ask('GET', '/api/v1/rules')).status).toBe(401);
    const { stdout } = await run('bash', ['-c', at(server, curls(text)[0]!)], { cwd: ROOT });
    const { access_token: token, token_type, expires_in } = JSON.parse(stdout);
    expect([token_type, expires_in]).toEqual(['bearer', 86_400]);
    const asked = await server.ask('GET', '/api/v1/rules', undefined, { authorization: `Bearer ${token}` });
    expect(asked.status).toBe(200);
  });
});

it.skipIf(!hasRequests)('Python analyses a photo', async () => {
  const server = await open();
  const [program] = inLanguage('python').filter(({ file }) => file === 'docs/rest.md');
  const { stdout } = await run('python3', ['-c', at(server, program!.text)], { cwd: ROOT });
  const [stored] = (await server.ask('GET', '/api/v1/analyze/history')).body;
  const { body } = await server.ask('GET', `/api/v1/analyze/results/${stored.analysis_id}`);
  expect(stdout.trim()).toBe(body.feedback.summary);
  expect(body.model.threshold).toBe(0.5);
});

it.skipIf(!hasCurl)('word for word on port 8000', async ({ skip }) => {
  const server = await open({}, 8000).catch(() => null);
  if (server === null) {
    process.stderr.write('\nport 8000 is taken: THE EXAMPLES ARE NOT RUN WORD FOR WORD\n');
    return skip('port 8000 is taken');
  }
  const answers: unknown[] = [];
  for (const line of blocks.filter(({ text }) => !isLogin(text)).flatMap(({ text }) => curls(text))) {
    const { stdout } = await run('bash', ['-c', line], { cwd: ROOT });
    answers.push(JSON.parse(stdout));
  }
  expect(answers).toMatchObject([
    { name: 'Laptop Safety Distance' },
    { model: { threshold: 0.5 } },
    [{ enabled: true }],
    JOB,
  ]);
  if (!hasRequests) return;
  const [program] = inLanguage('python').filter(({ file }) => file === 'docs/rest.md');
  const { stdout } = await run('python3', ['-c', program!.text], { cwd: ROOT });
  const { feedback } = answers[1] as { feedback: { summary: string } };
  expect(stdout.trim()).toBe(feedback.summary);
});
