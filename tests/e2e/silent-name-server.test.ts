import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { INITIALIZE } from '../gateway/raw-http.ts';
import { call, type Message } from '../gateway/stdio-process.ts';
import { PROGRAM } from '../support/program.ts';

/**
 * Names are looked up by the system on threads that nobody can stop. The program runs where its name server hears and never
 * answers: in a mount and a network of its own, which this machine must allow.
 */
const example = join(import.meta.dirname, '../../examples/all-fine.jpg');
const SILENT = `require('node:dgram').createSocket('udp4').bind(53, '127.0.0.1', () => console.log('deaf'))`;
const allowed = spawnSync('unshare', [
  '-mn',
  'sh',
  '-c',
  'ip link set lo up && mount --bind /etc/hosts /etc/resolv.conf',
]);

let folder: string;
let child: ChildProcess;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-dns-'));
  writeFileSync(join(folder, 'resolv.conf'), 'nameserver 127.0.0.1\n');
});
afterEach(() => child?.pid && process.kill(-child.pid, 'SIGKILL'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The program with its stdin and stdout; the shell gives its place to it, so that signals arrive. */
function start(): ChildProcess {
  const script = `ip link set lo up && mount --bind "$1" /etc/resolv.conf
    "$2" -e "$3" > "$1.deaf" < /dev/null & until grep -q deaf "$1.deaf"; do sleep 0.1; done; exec "$2" "$4"`;
  const args = ['-mn', 'sh', '-c', script, 'sh', join(folder, 'resolv.conf'), process.execPath, SILENT, PROGRAM];
  return spawn('unshare', args, {
    env: { ...process.env, H200_DATA_DIR: join(folder, 'data'), H200_MODELS_DIR: folder, LOG_LEVEL: 'error' },
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
}

it.skipIf(allowed.status !== 0).each(['end of input', 'SIGTERM'] as const)(
  'eight addresses whose names never come: a photo beside them is analysed, %s ends it within 2 s, all are answered',
  async (how) => {
    child = start();
    const heard: Message[] = [];
    createInterface({ input: child.stdout! }).on('line', (line) => heard.push(JSON.parse(line)));
    const say = (message: unknown) => child.stdin?.write(`${JSON.stringify(message)}\n`);
    const answer = (id: number) => heard.find((one) => one.id === id);
    say(INITIALIZE);
    await expect.poll(() => answer(1), { timeout: 20_000 }).toBeDefined();
    const names = Array.from({ length: 8 }, (_, i) => 10 + i);
    for (const id of names) say(call(id, 'analyze_image', { image: `https://host-${id}.example.org/a.jpg` }));
    await sleep(300);
    say(call(2, 'analyze_image', { image: example, detections: [{ class: 'cup', bbox: [10, 10, 60, 60] }] }));
    await expect.poll(() => answer(2)?.result, { timeout: 8000 }).not.toHaveProperty('isError');
    expect(names.filter(answer)).toEqual([]);

    const begun = performance.now();
    if (how === 'SIGTERM') child.kill('SIGTERM');
    else child.stdin?.end();
    await once(child, 'exit');
    expect(performance.now() - begun).toBeLessThan(2300);
    expect(names.map((id) => JSON.stringify(answer(id)))).toEqual(names.map(() => expect.stringMatching(/SYSTEM_001/)));
  },
);
