import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { allMetrics, seriesOf } from '../../scripts/monitoring/all-metrics.ts';
import { EXPORTERS } from '../../scripts/monitoring/exporters.ts';
import { BOARDS, staleBoards } from '../../scripts/monitoring/write-boards.ts';
import { ROOT } from '../support/documents.ts';
import { PROMETHEUS, runTool } from '../support/prometheus.ts';
import { ALERT_CASES, ALERTS, ALL_RULES, MONITORING, RULE_FILES, seriesIn, TEST_FILES } from './deployed.ts';

/** The alerts of the contract, with how long it must last and how bad it is: c critical, i info, else warning. */
const CONTRACT =
  `ServiceDown 30s c, HighErrorRate 2m c, ExtremeHighLatency 1m c, GPUHighUtilization 5m, GPUMemoryHigh 3m,
  GPUOverheating 2m c, GPUNotResponding 1m c, HighLatency 5m, LowThroughput 10m, ColdStartIssues, HighCPUUsage 5m,
  HighMemoryUsage 3m, DiskSpaceLow 5m, RedisConnectionFailure 1m c, LowAnalysisSuccessRate 10m, LowCacheHitRate 15m,
  NoAnalysesProcessed 30m, HighCostRate 30m, RunPodIdleTime i, UnexpectedScaling 15m, ModelLoadFailure c,
  SlowModelInference 2m, ModelAccuracyDrop 10m, WebhookFailures, N8NIntegrationDown, TemplatedAPIFailures`
    .split(',')
    .map((text) => text.trim().split(/\s+/))
    .map(([name = '', ...rest]) => {
      const letter = rest.find((one) => one === 'c' || one === 'i');
      const severity = letter === 'c' ? 'critical' : letter === 'i' ? 'info' : 'warning';
      return { name, severity, for: rest.find((one) => /^\d/.test(one)) };
    });

const emitted = await allMetrics();
const known = new Set([
  ...emitted.flatMap(seriesOf),
  ...Object.values(EXPORTERS).flat(),
  ...ALL_RULES.flatMap(({ record }) => record ?? []),
]);
const unknownIn = (expr: string) => seriesIn(expr).filter((name) => !known.has(name));

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly description?: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}
const panelsOf = (name: string) => (BOARDS[name] as unknown as { panels: Panel[] }).panels;

describe('the rules', () => {
  it('are the 26 alerts of the contract, and more', () => {
    expect(CONTRACT).toHaveLength(26);
    for (const { name, severity, for: lasts } of CONTRACT) {
      const found = ALERTS.find(({ alert }) => alert === name);
      expect({ name, severity: found?.labels?.severity, for: found?.for }).toEqual({ name, severity, for: lasts });
    }
    expect(new Set(ALERTS.map(({ alert }) => alert)).size).toBe(ALERTS.length);
  });

  it.each(ALL_RULES.map(({ record, alert, expr }) => [record ?? alert, expr]))(
    '%s reads what is emitted',
    (_, expr) => {
      expect(unknownIn(expr as string)).toEqual([]);
    },
  );

  it('each alert says what it is, which part it is about, and where its runbook is', () => {
    const documented = [...readFileSync(join(ROOT, 'docs/alerts.md'), 'utf8').matchAll(/^## (.+)$/gm)].map(
      ([, n]) => n,
    );
    expect(documented.toSorted()).toEqual(ALERTS.map(({ alert }) => alert).toSorted());
    for (const { alert, labels, annotations } of ALERTS) {
      expect([alert, labels?.part]).toEqual([alert, expect.stringMatching(/^[a-z]+$/)]);
      expect(annotations).toEqual({ summary: expect.any(String), runbook: `docs/alerts.md#${alert.toLowerCase()}` });
    }
  });

  it('each alert has tests that it fires and that it does not', () => {
    for (const { alert } of ALERTS) {
      const cases = ALERT_CASES.filter(({ alertname }) => alertname === alert);
      expect([alert, cases.some(({ exp_alerts }) => exp_alerts.length > 0)]).toEqual([alert, true]);
      expect([alert, cases.some(({ exp_alerts }) => exp_alerts.length === 0)]).toEqual([alert, true]);
    }
  });
});

describe('the boards', () => {
  it('are what the code says', () => expect(staleBoards()).toEqual([]));

  it.each(Object.keys(BOARDS))('%s asks for what is emitted, and explains each panel', (name) => {
    const panels = panelsOf(name);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const asking = panels.filter(({ targets }) => targets !== undefined);
    expect(asking.length).toBeGreaterThan(10);
    for (const { title, description, targets = [] } of asking) {
      expect([title, description]).toEqual([title, expect.stringMatching(/\S/)]);
      for (const { expr } of targets) expect([title, unknownIn(expr)]).toEqual([title, []]);
    }
  });

  it('a misspelt metric, and what is no PromQL, would be seen', () => {
    expect(unknownIn('sum(rate(h200_request_total[5m])) / h200:error_rate:5m')).toEqual(['h200_request_total']);
    expect(() => unknownIn('sum(rate(h200_requests_total[5m])')).toThrow('no PromQL');
    expect(() => unknownIn('{job="h200"}')).toThrow('without a name');
  });

  it('are found by the data source and the folder of the provisioning', () => {
    const read = (path: string) => parse(readFileSync(join(MONITORING, 'grafana/provisioning', path), 'utf8'));
    const [source] = read('datasources/prometheus.yml').datasources;
    const uids = JSON.stringify(BOARDS).match(/"uid":"prometheus"/g);
    expect(source.uid).toBe('prometheus');
    expect(uids?.length).toBeGreaterThan(50);
    expect(read('dashboards/boards.yml').providers[0].options.path).toMatch(/dashboards$/);
  });
});

describe.skipIf(PROMETHEUS === null)('to the programs themselves', { timeout: 300_000 }, () => {
  const { promtool, amtool } = PROMETHEUS ?? { promtool: '', amtool: '' };
  const alertmanager = join(MONITORING, 'alertmanager/alertmanager.yml');
  const render = (env: Record<string, string>) =>
    runTool('sh', [join(MONITORING, 'alertmanager/render.sh')], { PATH: process.env.PATH, ...env });

  it('the configuration of Prometheus is right', () =>
    runTool(promtool, [
      'check',
      'config',
      '--lint=all',
      '--lint-fatal',
      join(MONITORING, 'prometheus/prometheus.yml'),
    ]));

  it('the alerts fire and do not', () => runTool(promtool, ['test', 'rules', ...TEST_FILES]));

  it('an alert that is not as tested is seen', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'h200-rules-'));
    try {
      for (const file of RULE_FILES) {
        const text = readFileSync(file, 'utf8').replace('h200:p95_latency:5m > 1', 'h200:p95_latency:5m > 2');
        writeFileSync(join(folder, file.split('/').at(-1) as string), text);
      }
      const test = readFileSync(TEST_FILES.find((file) => file.endsWith('service.test.yml')) as string, 'utf8');
      writeFileSync(join(folder, 'moved.test.yml'), test.replaceAll('../rules/', ''));
      const failed = runTool(promtool, ['test', 'rules', join(folder, 'moved.test.yml')]);
      await expect(failed).rejects.toThrow(/HighLatency/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('the configuration of Alertmanager is right, with all targets and with none', async () => {
    expect(await render({})).toBe(readFileSync(alertmanager, 'utf8'));
    const all = {
      ALERT_WEBHOOK_URL: "https://hooks.example/it's",
      SLACK_WEBHOOK_URL: 'https://slack.example/x',
      DISCORD_WEBHOOK_URL: 'https://discord.example/x',
      EMAIL_TO: 'desk@example.com',
      EMAIL_FROM: 'h200@example.com',
      SMTP_USERNAME: 'h200',
      SMTP_PASSWORD: "a 'quoted' # secret",
    };
    const folder = mkdtempSync(join(tmpdir(), 'h200-alertmanager-'));
    try {
      const file = join(folder, 'all.yml');
      const text = await render(all);
      writeFileSync(file, text);
      for (const one of [alertmanager, file]) {
        expect(await runTool(amtool, ['check-config', one])).toContain('SUCCESS');
      }
      const receivers = parse(text).receivers as Record<string, { auth_password?: string; url?: string }[]>[];
      const kinds = (name: string) =>
        Object.keys(receivers.find((one) => (one.name as unknown) === name) ?? {})
          .filter((key) => key !== 'name')
          .map((key) => key.replace('_configs', ''))
          .toSorted();
      expect(kinds('critical')).toEqual(['discord', 'email', 'slack', 'webhook']);
      expect(kinds('error')).toEqual(['email', 'slack', 'webhook']);
      expect(kinds('others')).toEqual(['discord', 'webhook']);
      expect(receivers[0]?.email_configs?.[0]?.auth_password).toBe(all.SMTP_PASSWORD);
      expect(receivers[0]?.webhook_configs?.[0]?.url).toBe(all.ALERT_WEBHOOK_URL);
      for (const [severity, receiver] of Object.entries({
        critical: 'critical',
        error: 'error',
        warning: 'others',
        info: 'others',
        none: 'nobody',
      })) {
        const told = await runTool(amtool, [
          'config',
          'routes',
          'test',
          `--config.file=${file}`,
          `severity=${severity}`,
        ]);
        expect([severity, told.split('\n')[0]]).toEqual([severity, receiver]);
      }
      await expect(render({ EMAIL_TO: 'x@example.com' })).rejects.toThrow('EMAIL_FROM is not');
      await expect(render({ WEBHOOK_URL: 'https://x\n  - evil: 1' })).rejects.toThrow('more than one line');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
