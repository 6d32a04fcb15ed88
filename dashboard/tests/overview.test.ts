import { expect, it } from 'vitest';
import { DASHBOARD } from '../src/mocks/areas/overview.ts';
import { dropLines, on, pushLive, refused } from '../src/mocks/mock.ts';
import { seriousFindings } from './support/accessibility.ts';
import { openPage } from './support/open-page.ts';

it('says of every part how it is, and how to mend what is not', async () => {
  const screen = await openPage('/');
  await expect.element(screen.getByText('desk-detector · ready')).toBeVisible();
  await expect.element(screen.getByText(/Check that Redis runs/)).toBeVisible();
  await expect.element(screen.getByText('on 1 desk').first()).toBeVisible();
  expect(screen.getByText('GPU', { exact: true }).elements()).toEqual([]);
  expect(await seriousFindings()).toEqual([]);
});

it('a full disk is told in words, with what else of the server does not work', async () => {
  const screen = await openPage('/', () => {
    const { health } = DASHBOARD;
    const store = { ...health.checks.store, ok: false, error: 'STORAGE_003' };
    const parts = [
      { name: 'disk space', state: 'failed', detail: '0.0 of 10.0 GB are free for the data folder. Free some.' },
      { name: 'clock', state: 'ok', detail: 'has not leapt as far as is known' },
    ];
    on('GET /api/v1/dashboard', () => ({
      body: { ...DASHBOARD, health: { ...health, checks: { ...health.checks, store }, parts } },
    }));
  });
  await expect.element(screen.getByText(/^The disk is full: photos are still analysed/)).toBeVisible();
  await expect.element(screen.getByText(/0\.0 of 10\.0 GB are free/)).toBeVisible();
  expect(screen.getByText('has not leapt as far as is known').elements()).toEqual([]);
  expect(screen.getByText(/see the log/).elements()).toEqual([]);
});

it('says what the servers cost, and how a month was reckoned', async () => {
  const screen = await openPage('/');
  await expect.element(screen.getByText('$6.52')).toBeVisible();
  await expect.element(screen.getByText('now $3.99 an hour')).toBeVisible();
  await expect.element(screen.getByText('$190.31')).toBeVisible();
  await expect.element(screen.getByText('cost of the last 25 hours ÷ 25 × 730 hours of a month')).toBeVisible();
});

it('what is not known is a dash with its reason, never a number', async () => {
  const screen = await openPage('/', () => {
    on('GET /api/v1/dashboard/metrics/:name', () => ({
      body: {
        name: 'latency',
        unit: 'ms',
        time_range: '1h',
        step_s: 60,
        columns: ['mean', 'p95'],
        points: [],
        servers: 0,
        complete: true,
        reason: 'nobody measured',
      },
    }));
  });
  const unknown = screen.getByRole('button', { name: 'Unknown: nobody measured' }).first();
  await expect.element(unknown).toBeVisible();
  expect(unknown.element().textContent).toBe('–');
});

it('hears what happens as it happens, and says when it hears nothing', async () => {
  const screen = await openPage('/');
  await expect.element(screen.getByText('desk-detector · ready')).toBeVisible();
  pushLive({
    type: 'activity',
    topic: 'activity',
    data: { type: 'rule_changed', event_id: 'evt_1', action: 'created', name: 'Fresh rule', rule_id: 'rule_9' },
  });
  await expect.element(screen.getByText('New rule: Fresh rule')).toBeVisible();
  pushLive({
    type: 'metrics',
    topic: 'metrics',
    data: { queue_depth: 7, cache: { hits: 1, misses: 3, hit_rate: 0.25 } },
  });
  await expect.element(screen.getByText('7 images wait')).toBeVisible();
  await expect.element(screen.getByText('25%')).toBeVisible();
  dropLines();
  await expect.element(screen.getByText(/The live connection is lost/)).toBeVisible();
  await expect.poll(() => screen.getByText(/The live connection is lost/).elements()).toEqual([]);
});

it('an error comes with the advice of the catalogue and is tried again', async () => {
  let works = false;
  const screen = await openPage('/', () => {
    on('GET /api/v1/dashboard', async () => {
      if (works) {
        const { DASHBOARD } = await import('../src/mocks/areas/overview.ts');
        return { body: DASHBOARD };
      }
      return refused(503, 'DB_001', 'The database does not answer.', 'Check that it runs.');
    });
  });
  await expect.element(screen.getByText('The database does not answer.')).toBeVisible();
  await expect.element(screen.getByText('Check that it runs.')).toBeVisible();
  works = true;
  await screen.getByRole('button', { name: 'Try again' }).click();
  await expect.element(screen.getByText('desk-detector · ready')).toBeVisible();
});
