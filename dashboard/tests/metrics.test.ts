import { expect, it } from 'vitest';
import { on } from '../src/mocks/mock.ts';
import { seriousFindings } from './support/accessibility.ts';
import { openPage } from './support/open-page.ts';
import { shows } from './support/shows.ts';

it('draws what was measured, and says why something was not', async () => {
  const screen = await openPage('/metrics');
  await expect.element(screen.getByRole('img', { name: /^Latency\./ })).toBeVisible();
  await expect.poll(() => document.querySelectorAll('canvas').length).toBeGreaterThan(5);
  await expect.element(screen.getByRole('heading', { name: 'Not measured' })).toBeVisible();
  expect(await seriousFindings()).toEqual([]);
});

it('tells of the model and of each rule what the API knows', async () => {
  const screen = await openPage('/metrics');
  await shows(screen.getByTestId('model-figures'), /median/);
  await shows(screen.getByTestId('each-rule'), /Broken/);
  await expect.poll(() => screen.getByTestId('each-rule').getByRole('row').elements().length).toBeGreaterThan(1);
});

it('draws how a chosen rule came out and what a chosen model took', async () => {
  const asked: string[] = [];
  const screen = await openPage('/metrics', () => {
    on('GET /api/v1/rules/:rule_id/metrics', ({ params }) => {
      asked.push(params.rule_id ?? '');
      const points = [0, 1, 2].map((n) => ({
        time: new Date(Date.UTC(2026, 0, 1, n)).toISOString(),
        values: { violated: n + 1, uncertain: 0, satisfied: 5 },
      }));
      const columns = ['violated', 'uncertain', 'satisfied'];
      const told = { unit: 'verdicts', time_range: '1h', step_s: 300, servers: 1, complete: true, reason: null };
      return { body: { rule_id: params.rule_id, columns, points, ...told } };
    });
  });
  const rule = screen.getByTestId('rule-over-time');
  // The last step is not over.
  await shows(rule, /violated 2/);
  await expect.element(screen.getByRole('img', { name: /^One rule over time\. violated: 2, / })).toBeVisible();
  await rule.getByRole('combobox').click();
  await screen.getByRole('option', { name: 'Small Distance' }).click();
  await expect.poll(() => asked).toEqual(['rule_mocked1', 'rule_mocked2']);
  const model = screen.getByTestId('model-over-time');
  await expect.element(model.getByRole('img', { name: /^Analyses\. analyses: \d/ })).toBeVisible();
  await expect
    .element(model.getByRole('img', { name: /^From the photo to the answer\. median: .*p99: / }))
    .toBeVisible();
  expect(await seriousFindings()).toEqual([]);
});

it('a rule that judged nothing has no chart of zeros', async () => {
  const values = { violated: 0, uncertain: 0, satisfied: 0 };
  const points = [0, 1, 2].map((n) => ({ time: new Date(Date.UTC(2026, 0, 1, n)).toISOString(), values }));
  const screen = await openPage('/metrics', () => {
    on('GET /api/v1/rules/:rule_id/metrics', () => ({
      body: { unit: 'verdicts', time_range: '1h', columns: Object.keys(values), points, complete: true, reason: null },
    }));
  });
  await shows(screen.getByTestId('rule-over-time'), /It judged nothing in this time\./);
});
