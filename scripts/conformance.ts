import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MCP_SURFACE } from '../src/app/mcp-surface.ts';
import { createHttpGateway } from '../src/gateway/http/server.ts';
import { mcpPlugin } from '../src/gateway/mcp/http-plugin.ts';
import { createFixtures } from '../tests/conformance/fixtures.ts';
import { createFakeServices } from '../tests/gateway/fake-services.ts';

/**
 * Runs the official MCP conformance suite against our HTTP gateway, for both generations of the protocol. The
 * services behind it are a stand-in: the suite tests the protocol and its own fixtures.
 */
const REQUIREMENTS = [
  { revision: '2026-07-28', scenarios: 37 },
  { revision: '2025-11-25', scenarios: 30 },
];

const cli = createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/dist/index.js');
const verbose = process.argv.includes('--verbose');
const gateway = createHttpGateway(createFakeServices(), [mcpPlugin({ ...MCP_SURFACE, extension: createFixtures() })], {
  host: '127.0.0.1',
  port: 0,
  allowedHosts: [],
  allowedOrigins: [],
});
const { url } = await gateway.listen();
const out = mkdtempSync(join(tmpdir(), 'conformance-'));
let failed = false;

for (const { revision, scenarios } of REQUIREMENTS) {
  const args = [cli, 'server', '--url', `${url}/mcp`, '--requirements', revision, '-o', join(out, revision)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let report = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      report += chunk;
      if (verbose) process.stdout.write(chunk);
    });
  }
  const [status] = (await once(child, 'exit')) as [number | null];
  const { passed, scored } = count(report);
  const complete = status === 0 && passed === scored && scored === scenarios;
  if (!complete && !verbose) console.log(report);
  console.log(
    `MCP conformance ${revision}: ${passed}/${scored} scenarios passed${complete ? '' : ` of ${scenarios}: FAILED`}`,
  );
  failed ||= !complete;
}

rmSync(out, { recursive: true, force: true });
await gateway.close();
process.exitCode = failed ? 1 : 0;

/** Scenarios of the suite's summary that count for this revision, and how many of them passed. */
function count(report: string): { passed: number; scored: number } {
  const [summary = '', unscored = ''] = report.split(/^Not scored for /m);
  const skipped = new Set([...unscored.matchAll(/^ +[✓✗] (\S+) \(/gm)].map((match) => match[1]));
  const lines = [...summary.matchAll(/^([✓✗]) (\S+): \d+ passed, \d+ failed/gm)].filter((m) => !skipped.has(m[2]));
  return { passed: lines.filter((m) => m[1] === '✓').length, scored: lines.length };
}
