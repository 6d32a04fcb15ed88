import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { MONITORING, RULE_FILES } from '../monitoring/deployed.ts';
import { brokenModel } from '../support/broken-model.ts';
import { ROOT } from '../support/documents.ts';
import { freePort } from '../support/free-port.ts';
import { start, waitForLine } from '../support/program.ts';
import { PROMETHEUS, runTool } from '../support/prometheus.ts';
import { Receiver, until } from '../support/receiver.ts';

/** What Alertmanager sends to a webhook. */
interface Notification {
  readonly receiver: string;
  readonly alerts: readonly {
    readonly status: 'firing' | 'resolved';
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

const WAIT_MS = 120_000;

describe.skipIf(PROMETHEUS === null)('an alert reaches a webhook', { timeout: 2 * WAIT_MS }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'h200-alerting-'));
  const models = join(folder, 'models');
  const programs: ChildProcess[] = [];
  const receiver = new Receiver();
  let server: ChildProcess;
  let url = '';
  let alertmanager = '';

  const told = (name: string, status: string) =>
    receiver.calls
      .map(({ body }) => JSON.parse(body) as Notification)
      .flatMap(({ receiver: to, alerts }) => alerts.map((alert) => ({ ...alert, to })))
      .filter(({ labels, status: is }) => labels.alertname === name && is === status);

  async function analyse(): Promise<number> {
    const data = new FormData();
    data.append('image', new Blob([readFileSync(join(ROOT, 'examples/all-fine.jpg'))]), 'desk.jpg');
    const answer = await fetch(`${url}/api/v1/analyze/with-feedback`, { method: 'POST', body: data });
    await answer.arrayBuffer();
    return answer.status;
  }

  function run(program: string, args: readonly string[]): void {
    programs.push(spawn(program, [...args], { cwd: folder, stdio: 'ignore' }));
  }

  beforeAll(async () => {
    const { prometheus, alertmanager: alerting } = PROMETHEUS!;
    await receiver.start();
    const [metricsPort, prometheusPort, alertPort] = [await freePort(), await freePort(), await freePort()];
    const env = {
      H200_DATA_DIR: join(folder, 'data'),
      H200_MODELS_DIR: brokenModel(models),
      H200_MODEL: 'desk-detector',
      H200_METRICS_PORT: String(metricsPort),
    };
    server = start(['serve', '--port', '0'], { env });
    programs.push(server);
    [, url = ''] = await waitForLine(server, /listens on (http:\S+?),? /);

    // The same rules and routes; only times are shorter, and targets are those of the test.
    mkdirSync(join(folder, 'rules'));
    for (const file of RULE_FILES) {
      const text = readFileSync(file, 'utf8')
        .replace('h200_model_load_failures_total[5m]', 'h200_model_load_failures_total[5s]')
        .replace(/^( +)for: .*$/gm, '$1for: 1s');
      writeFileSync(join(folder, 'rules', basename(file)), text);
    }
    const config = parse(readFileSync(join(MONITORING, 'prometheus/prometheus.yml'), 'utf8'));
    config.global = { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' };
    config.alerting.alertmanagers[0].static_configs[0].targets = [`127.0.0.1:${alertPort}`];
    config.scrape_configs = config.scrape_configs.filter(({ job_name }: { job_name: string }) => job_name === 'h200');
    config.scrape_configs[0].static_configs[0].targets = [`127.0.0.1:${metricsPort}`];
    writeFileSync(join(folder, 'prometheus.yml'), stringify(config));
    const routes = await runTool('sh', [join(MONITORING, 'alertmanager/render.sh')], {
      PATH: process.env.PATH,
      ALERT_WEBHOOK_URL: receiver.url,
    });
    writeFileSync(join(folder, 'alertmanager.yml'), routes.replace(/(group_wait|group_interval): .*/g, '$1: 1s'));

    alertmanager = `http://127.0.0.1:${alertPort}`;
    run(alerting, [
      '--config.file=alertmanager.yml',
      '--storage.path=alertmanager',
      '--cluster.listen-address=',
      `--web.listen-address=127.0.0.1:${alertPort}`,
    ]);
    run(prometheus, [
      '--config.file=prometheus.yml',
      '--storage.tsdb.path=prometheus',
      `--web.listen-address=127.0.0.1:${prometheusPort}`,
    ]);
    await until(async () => (await fetch(`${alertmanager}/-/ready`).catch(() => null))?.status === 200, WAIT_MS);
  }, WAIT_MS);
  afterAll(async () => {
    for (const program of programs) program.kill('SIGKILL');
    await receiver.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('a model that is broken is told of, as critical, with its runbook', async () => {
    expect(await analyse()).toBe(503);
    await until(() => told('ModelLoadFailure', 'firing').length > 0, WAIT_MS);
    expect(told('ModelLoadFailure', 'firing')[0]).toMatchObject({
      to: 'critical',
      labels: { severity: 'critical', part: 'model', job: 'h200' },
      annotations: {
        runbook: 'docs/alerts.md#modelloadfailure',
        summary: expect.stringContaining('could not be loaded'),
      },
    });
  });

  it('warnings that follow from it are held back', async () => {
    const labels = { alertname: 'LowCacheHitRate', severity: 'warning', part: 'analyses' };
    const other = { alertname: 'HighCostRate', severity: 'warning', part: 'servers' };
    const sent = await fetch(`${alertmanager}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([labels, other].map((one) => ({ labels: one, annotations: {} }))),
    });
    expect(sent.status).toBe(200);
    await until(() => told('HighCostRate', 'firing').length > 0, WAIT_MS);
    expect(told('HighCostRate', 'firing')[0]?.to).toBe('others');
    const all = (await (await fetch(`${alertmanager}/api/v2/alerts`)).json()) as {
      labels: Record<string, string>;
      status: { inhibitedBy: string[] };
    }[];
    const inhibited = (name: string) => all.find((one) => one.labels.alertname === name)?.status.inhibitedBy.length;
    expect(inhibited('LowCacheHitRate')).toBeGreaterThan(0);
    expect(inhibited('HighCostRate')).toBe(0);
    expect(told('LowCacheHitRate', 'firing')).toEqual([]);
  });

  it('a model that was mended ends it', async () => {
    copyFileSync(join(ROOT, 'models/desk-detector.onnx'), join(models, 'desk-detector.onnx'));
    await until(async () => (await analyse()) === 200, WAIT_MS);
    await until(() => told('ModelLoadFailure', 'resolved').length > 0, WAIT_MS);
  });

  it('what is usual at such an hour is held back, here as nobody has used the server before', async () => {
    // Of no part: what is critical, as the errors above are by now, holds back warnings about its own.
    const labels = (alertname: string) => ({ alertname, severity: 'warning', part: 'none' });
    const quiet = [
      ['LowThroughput', 'FewRequestsUsual'],
      ['NoAnalysesProcessed', 'FewAnalysesUsual'],
    ] as const;
    type Shown = {
      labels: Record<string, string>;
      fingerprint: string;
      status: { inhibitedBy: string[] };
      receivers: { name: string }[];
    };
    const shown = async () => (await (await fetch(`${alertmanager}/api/v2/alerts`)).json()) as Shown[];
    await until(async () => {
      const names = (await shown()).map((one) => one.labels.alertname);
      return quiet.every(([, usual]) => names.includes(usual));
    }, WAIT_MS);
    await fetch(`${alertmanager}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(quiet.map(([name]) => ({ labels: labels(name), annotations: {} }))),
    });
    await until(async () => {
      const all = await shown();
      return quiet.every(([name, usual]) => {
        const by = all.find((one) => one.labels.alertname === usual);
        const held = all.find((one) => one.labels.alertname === name && one.status.inhibitedBy.length > 0);
        return by !== undefined && held?.status.inhibitedBy.includes(by.fingerprint);
      });
    }, WAIT_MS);
    for (const [name, usual] of quiet) {
      expect((await shown()).find((one) => one.labels.alertname === usual)?.receivers).toEqual([{ name: 'nobody' }]);
      // With these short times Prometheus may tell of its own before Alertmanager has heard what is usual.
      expect(told(name, 'firing').filter(({ labels: { part } }) => part === 'none')).toEqual([]);
      expect(told(usual, 'firing')).toEqual([]);
    }
  });

  it('a server that was killed is told of', async () => {
    server.kill('SIGKILL');
    await until(() => told('ServiceDown', 'firing').length > 0, WAIT_MS);
  });
});
