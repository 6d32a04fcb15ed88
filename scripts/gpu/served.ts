import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { message, root, write } from './common.ts';

/**
 * The built server over MCP stdio on one provider: served.ts PROVIDER RESULTS. How long an analysis takes with both
 * looks, cold and warm, and what get_metrics and the model resource say then.
 */
const [provider = 'cpu', results = ''] = process.argv.slice(2);
const PHOTO = join(root, 'examples', 'mug-near-edge.jpg');
const about = { step: 'served', provider };
const env = { ...process.env, H200_PROVIDER: provider, H200_ALLOWED_ROOTS: root, H200_TIMEOUT_MS: '60000' };
const server = spawn(process.execPath, [join(root, 'bin', 'h200-mug.js'), 'stdio'], {
  env,
  stdio: ['pipe', 'pipe', 'ignore'],
});

interface Answer {
  readonly result?: { readonly structuredContent?: Record<string, unknown>; readonly content?: unknown };
  readonly error?: unknown;
}
const waiting = new Map<number, (answer: Answer) => void>();
createInterface({ input: server.stdout }).on('line', (line) => {
  const answer = JSON.parse(line);
  waiting.get(answer.id)?.(answer);
});
server.on('exit', (code, signal) => {
  for (const answer of waiting.values()) answer({ error: `the server ended: ${code ?? signal}` });
});
let last = 0;
const send = (request: object) => server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...request })}\n`);
const ask = (method: string, params: object) =>
  new Promise<Answer>((resolve) => {
    waiting.set(++last, resolve);
    send({ id: last, method, params });
  });
const call = (name: string, args: object) => ask('tools/call', { name, arguments: args });

try {
  const clientInfo = { name: 'check', version: '1' };
  await ask('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
  send({ method: 'notifications/initialized' });
  for (const inference of ['single', 'tiled']) {
    const times: unknown[] = [];
    let model: unknown;
    for (let i = 0; i < 8; i++) {
      // Every call another threshold, so that the cache never answers.
      const answer = await call('analyze_image', {
        image: PHOTO,
        inference,
        threshold: 0.3 + i * 1e-6,
        store: false,
        detail: 'full',
      });
      const analysis = answer.result?.structuredContent?.analysis as Record<string, unknown> | undefined;
      if (!analysis?.processing_time_ms) throw new Error(JSON.stringify(answer).slice(0, 1000));
      times.push(analysis.processing_time_ms);
      model = analysis.model;
    }
    write(results, { ...about, inference, processing_time_ms: times, model });
  }
  write(results, { ...about, get_metrics: (await call('get_metrics', {})).result?.structuredContent });
  write(results, { ...about, models: (await ask('resources/read', { uri: 'models://list' })).result });
} catch (error) {
  write(results, { ...about, error: message(error) });
}
server.kill();
process.exit();
