import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './packages.ts';
import { endAll, launch, type Running, remember, remembered, until } from './processes.ts';
import { localPrometheus } from './prometheus-config.ts';

/**
 * The hook of stack.d: deploy/monitoring as it is in the compose files, with the addresses of this machine. Alerts go where the
 * caller's ALERT_WEBHOOK_URL, SLACK_WEBHOOK_URL … say (deploy/monitoring/alertmanager/render.sh).
 */
const named = (name: string): string => {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set: scripts/deploy/stack calls this`);
  return value;
};
const say = (text: string) => process.stderr.write(`stack: ${text}\n`);
const folder = join(named('STACK_FOLDER'), 'monitoring');

async function up(): Promise<void> {
  const alerting = findProgram('prometheus-alertmanager') ?? findProgram('alertmanager');
  const prometheus = findProgram('prometheus');
  if (prometheus === null || alerting === null) {
    say(
      'nobody watches it: Prometheus and Alertmanager are not installed (apt-get install prometheus prometheus-alertmanager)',
    );
    return;
  }
  const deployed = join(named('STACK_ROOT'), 'deploy/monitoring');
  const ports = { prometheus: named('STACK_PORT_PROMETHEUS'), alertmanager: named('STACK_PORT_ALERTMANAGER') };
  const workers = (process.env.STACK_WORKER_METRICS ?? '').split(',').filter((port) => port !== '');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  cpSync(join(deployed, 'prometheus/rules'), join(folder, 'rules'), { recursive: true });
  const config = readFileSync(join(deployed, 'prometheus/prometheus.yml'), 'utf8');
  writeFileSync(
    join(folder, 'prometheus.yml'),
    localPrometheus(config, { ...ports, metrics: named('STACK_PORT_METRICS'), workers }),
  );
  const routes = execFileSync('sh', [join(deployed, 'alertmanager/render.sh')], { stdio: ['ignore', 'pipe', 2] });
  writeFileSync(join(folder, 'alertmanager.yml'), routes, { mode: 0o600 });

  const all: Running[] = [];
  const begin = async (name: string, port: string, ...command: [string, ...string[]]) => {
    const one = launch(name, command, { folder, cwd: folder });
    all.push(one);
    remember(folder, all);
    await until(one, folder, async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/-/ready`, { signal: AbortSignal.timeout(5000) });
      await answer.body?.cancel();
      return answer.status === 200;
    });
    say(`${name} http://localhost:${port}`);
  };
  const listens = (port: string) => `--web.listen-address=127.0.0.1:${port}`;
  const own = ['--config.file=alertmanager.yml', '--storage.path=alertmanager', '--cluster.listen-address='];
  await begin('alertmanager', ports.alertmanager, alerting, ...own, listens(ports.alertmanager));
  const keeps = ['--config.file=prometheus.yml', '--storage.tsdb.path=prometheus'];
  await begin('prometheus', ports.prometheus, prometheus, ...keeps, listens(ports.prometheus));
}

const [what] = process.argv.slice(2);
try {
  if (what === 'up') await up();
  else await endAll(remembered(folder), say);
} catch (thrown) {
  say(thrown instanceof Error ? thrown.message : String(thrown));
  process.exitCode = 1;
}
