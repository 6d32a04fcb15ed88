import { expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { logEvent } from '../../src/mocks/areas/servers.ts';
import { on, pushLive, refused } from '../../src/mocks/mock.ts';
import { seriousFindings } from '../support/accessibility.ts';
import { openPage } from '../support/open-page.ts';
import { shows } from '../support/shows.ts';

const offer = (price: number | null) => ({
  ...{ gpu_id: 'NVIDIA H200', short_name: 'H200', name: 'H200 SXM', memory_gb: 141, gpu_count: 1 },
  ...{ price_per_hour: price, availability: 'low' },
});
const STOPPED = {
  ...{ id: 'srv_one', type: 'timed', name: 'desk one', state: 'stopped', provider_id: 'pod_1', endpoint_url: null },
  config: {
    ...{ gpu_type: 'NVIDIA H200', gpu_count: 1, min_instances: 0, max_instances: 3, idle_timeout_seconds: 600 },
    ...{ target_utilization: null, image: null, env: [] },
  },
  gpu: { id: 'NVIDIA H200', name: 'H200 SXM', memory_gb: 141 },
  ...{ created_at: '2026-01-01T00:00:00Z', started_at: null, stopped_at: null, current_instances: 0 },
  ...{ total_requests: 0, error_count: 0, cost_per_hour: 0, total_cost: 1.5, protected: false },
  ...{ idle_since: null, idle_stop_at: null, error: null, drift: null },
};
const listOf = (...servers: object[]) => ({
  body: {
    servers,
    provider: { state: 'ok', reason: null, simulated: false, reconciled_at: '2026-01-01T00:00:00Z' },
    idle_timeout_seconds: { timed: 600, serverless: 600 },
    unknown: [],
  },
});

it('says that servers are simulated where they are', async () => {
  const screen = await openPage('/servers', () =>
    on('GET /api/v1/servers/status', () => {
      const { body } = listOf(STOPPED);
      return { body: { ...body, provider: { ...body.provider, simulated: true } } };
    }),
  );
  await shows(screen.getByTestId('simulated'), /Nothing is rented, nothing costs money/);
  await expect.element(screen.getByText('simulated', { exact: true })).toBeVisible();
  expect(await seriousFindings()).toEqual([]);
});

it('shows what each server does and costs, and why something is not known', async () => {
  const screen = await openPage('/servers');
  const one = screen.getByRole('article', { name: 'h200-mug-srv_one' });
  await expect.element(one.getByText('$3.99 an hour')).toBeVisible();
  await expect.element(one.getByText('$6.32')).toBeVisible();
  await shows(one.getByTestId('idle'), 'It is stopped in 3 minutes (');
  const two = screen.getByRole('article', { name: 'h200-mug-srv_two' });
  expect(two.getByRole('button', { name: 'Unknown: not billed yet' }).element().textContent).toBe('–');
  expect(two.getByRole('button', { name: 'Terminate' }).elements()).toEqual([]);
  const three = screen.getByRole('article', { name: 'h200-mug-srv_three' });
  expect([...three.element().querySelectorAll('q')].map(({ textContent }) => textContent)).toEqual([
    'There are no longer any instances available with enough disk space.',
    'It is stopped there, and was to run.',
  ]);
  await expect.element(screen.getByText('cost of the last 25 hours ÷ 25 × 730 hours of a month')).toBeVisible();
  await expect.element(screen.getByText('notebook of anna')).toBeVisible();
  expect(await seriousFindings()).toEqual([]);
});

it('fits a phone', async () => {
  await page.viewport(375, 812);
  const screen = await openPage('/servers');
  await expect.element(screen.getByText('notebook of anna')).toBeVisible();
  expect(document.documentElement.scrollWidth).toBe(375);
  await page.viewport(1280, 800);
});

it('starts nothing before its price was shown, nor for more than was shown', async () => {
  const sent: unknown[] = [];
  let price = 3.99;
  const screen = await openPage('/servers', () => {
    on('GET /api/v1/servers/status', () => listOf(STOPPED));
    on('GET /api/v1/servers/gpus', () => ({ body: [offer(price)] }));
    on('POST /api/v1/servers/:server/control', ({ body }) => {
      sent.push(body);
      return {
        body: { success: true, server: STOPPED, message: 'It is being started.', duration_seconds: 1, warnings: [] },
      };
    });
  });
  await screen.getByRole('button', { name: 'Start', exact: true }).click();
  await shows(screen.getByTestId('price'), '$3.99');
  await shows(screen.getByTestId('price'), 'RunPod catalog, read ');
  expect(await seriousFindings()).toEqual([]);
  await screen.getByLabelText('At most, US dollars an hour').fill('2');
  await expect.element(screen.getByText('That is more than you allow.')).toBeVisible();
  await expect.element(screen.getByRole('button', { name: 'Start for $3.99 an hour' })).toBeDisabled();
  await screen.getByLabelText('At most, US dollars an hour').fill('');
  price = 4.5;
  await screen.getByRole('button', { name: 'Start for $3.99 an hour' }).click();
  await expect.element(screen.getByText(/it was \$3.99 an hour and is \$4.50 now/)).toBeVisible();
  expect(sent).toEqual([]);
  await screen.getByRole('button', { name: 'Start for $4.50 an hour' }).click();
  await shows(screen.getByTestId('said'), 'It is being started.');
  expect(sent).toEqual([{ action: 'start', force: false, wait_for_completion: false }]);
});

it('a price that nobody tells must be accepted as such', async () => {
  const screen = await openPage('/servers', () => {
    on('GET /api/v1/servers/status', () => listOf(STOPPED));
    on('GET /api/v1/servers/gpus', () => ({ body: [] }));
  });
  await screen.getByRole('button', { name: 'Start', exact: true }).click();
  const start = screen.getByRole('dialog').getByRole('button', { name: 'Start', exact: true });
  await expect.element(screen.getByLabelText('Do it although nobody tells its price')).toBeVisible();
  await expect.element(start).toBeDisabled();
  await screen.getByLabelText('Do it although nobody tells its price').click();
  await expect.element(start).toBeEnabled();
});

it('says what more workers cost, and that fewer cost nothing more', async () => {
  const screen = await openPage('/servers');
  await screen.getByRole('article', { name: 'h200-mug-srv_two' }).getByRole('button', { name: 'Scale' }).click();
  await expect.element(screen.getByText('That costs no more than now.')).toBeVisible();
  await screen.getByLabelText('Workers all the time').fill('2');
  await userEvent.keyboard('{Tab}');
  await shows(screen.getByTestId('price'), 'also unused$7.98');
  await shows(screen.getByTestId('price'), 'all workers$11.97');
  await screen.getByLabelText('Workers at most').fill('1');
  await userEvent.keyboard('{Tab}');
  await expect.element(screen.getByText('At most must not be less than all the time.')).toBeVisible();
  await expect.element(screen.getByRole('button', { name: 'Scale, at $3.99 an hour each' })).toBeDisabled();
});

it('what RunPod refuses is told in its own words, and Escape leaves everything as it is', async () => {
  const screen = await openPage('/servers', () => {
    on('DELETE /api/v1/servers/:server', () =>
      refused(502, 'SERVER_003', 'The GPU provider refused.', 'Its own words are below.', {
        provider_says: 'pod is <b>locked</b>',
      }),
    );
  });
  const one = screen.getByRole('article', { name: 'h200-mug-srv_one' });
  await one.getByRole('button', { name: 'Terminate' }).click();
  await screen.getByRole('dialog').getByRole('button', { name: 'Terminate' }).click();
  await expect.element(screen.getByText('The GPU provider refused.')).toBeVisible();
  await expect.element(screen.getByText('pod is <b>locked</b>')).toBeVisible();
  await userEvent.keyboard('{Escape}');
  await expect.poll(() => screen.getByRole('dialog').elements()).toEqual([]);
  await expect.element(one.getByText('running', { exact: true })).toBeVisible();
});

it('creates what was quoted, for no more than that', async () => {
  const sent: Record<string, unknown>[] = [];
  const screen = await openPage('/servers', () => {
    on('POST /api/v1/servers', ({ body }) => {
      sent.push(body as Record<string, unknown>);
      const server = { ...STOPPED, state: 'pending' };
      return {
        status: 201,
        body: { success: true, server, message: 'RunPod took it.', duration_seconds: 1, warnings: [] },
      };
    });
  });
  await screen.getByRole('button', { name: 'New server' }).click();
  await screen.getByRole('radio', { name: 'H100 SXM, 80 GB' }).click();
  expect(await seriousFindings()).toEqual([]);
  await screen.getByRole('button', { name: 'Show the price' }).click();
  await shows(screen.getByTestId('price'), '$2.99');
  expect(sent).toEqual([]);
  expect(await seriousFindings()).toEqual([]);
  await screen.getByRole('button', { name: 'Create for $2.99 an hour' }).click();
  await shows(screen.getByTestId('said'), 'RunPod took it.');
  expect(sent).toMatchObject([{ type: 'timed', config: { gpu_type: 'NVIDIA H100 80GB HBM3' }, max_price: 2.99 }]);
});

it('protects, and sets when it is stopped for being idle', async () => {
  const screen = await openPage('/servers');
  const one = screen.getByRole('article', { name: 'h200-mug-srv_one' });
  await one.getByRole('button', { name: 'Settings' }).click();
  await one.getByRole('switch', { name: 'Protect' }).click();
  await shows(one.getByTestId('idle'), 'Protected: it is neither stopped nor terminated.');
  expect(one.getByRole('button', { name: 'Stop' }).elements()).toEqual([]);
  expect(await seriousFindings()).toEqual([]);
});

it('shows what a server writes as it comes, as text, and goes on behind the last line', async () => {
  let send: (text: string) => void = () => {};
  let end = () => {};
  const asked: (string | null)[] = [];
  const screen = await openPage('/servers', () => {
    on('GET /api/v1/servers/:server/logs/stream', ({ headers }) => {
      asked.push(headers.get('last-event-id'));
      const body = new ReadableStream({
        start(to) {
          send = (text) => to.enqueue(new TextEncoder().encode(text));
          end = () => to.close();
        },
      });
      return { body, headers: { 'content-type': 'text/event-stream' } };
    });
  });
  const one = screen.getByRole('article', { name: 'h200-mug-srv_one' });
  await one.getByRole('button', { name: 'Logs' }).click();
  await expect.element(one.getByText('Live', { exact: true })).toBeVisible();
  const event = logEvent({ cursor: 'c1', text: '<b>hello</b>' });
  send(event.slice(0, 20));
  send(event.slice(20));
  await expect.element(one.getByText('<b>hello</b>')).toBeVisible();
  expect(await seriousFindings()).toEqual([]);
  end();
  await expect.poll(() => asked, { timeout: 5000 }).toEqual([null, 'c1']);
  send(logEvent({ cursor: 'c2', text: 'again' }));
  await expect.element(one.getByText('again', { exact: true })).toBeVisible();
  await expect.element(one.getByText('<b>hello</b>')).toBeVisible();
});

it('follows what happens to servers', async () => {
  let state = 'stopped';
  const screen = await openPage('/servers', () => {
    on('GET /api/v1/servers/status', () => listOf({ ...STOPPED, state }));
  });
  const one = screen.getByRole('article', { name: 'desk one' });
  await expect.element(one.getByText('stopped', { exact: true })).toBeVisible();
  state = 'running';
  const data = { type: 'server_event', event: 'started', server_id: 'srv_one', name: 'desk one', severity: 'success' };
  pushLive({ type: 'alert', topic: 'alerts', data: { ...data, message: 'It runs for $3.99 an hour.' } });
  await expect.element(one.getByText('running', { exact: true })).toBeVisible();
  await expect.element(screen.getByText('It runs for $3.99 an hour.')).toBeVisible();
});

it('who may only look sees no button that would be refused', async () => {
  const screen = await openPage('/servers', () => {
    on('GET /api/v1/auth/me', () => ({
      body: { id: 'v', kind: 'local', role: 'viewer', permissions: ['servers:read'], user: null },
    }));
  });
  const one = screen.getByRole('article', { name: 'h200-mug-srv_one' });
  await expect.element(one.getByRole('button', { name: 'Logs' })).toBeVisible();
  for (const name of ['Start', 'Stop', 'Restart', 'Terminate', 'Settings', 'New server'])
    expect([name, screen.getByRole('main').getByRole('button', { name }).elements().length]).toEqual([name, 0]);
});

it('without a key it says what to set, and nothing else', async () => {
  const reason =
    'No GPU provider is configured. Set RUNPOD_API_KEY (docs/configuration.md) and start the program again.';
  const screen = await openPage('/servers', () => {
    const { body } = listOf();
    const provider = { state: 'not_configured', reason, reconciled_at: null };
    on('GET /api/v1/servers/status', () => ({ body: { ...body, provider } }));
  });
  await expect.element(screen.getByText(reason)).toBeVisible();
  expect(screen.getByRole('main').getByRole('button').elements()).toEqual([]);
  expect(screen.getByRole('main').getByRole('heading').elements()).toEqual([]);
  expect(await seriousFindings()).toEqual([]);
});

it('a deployment that goes on shows who computes how much, and is rolled back after a question', async () => {
  const deployment = {
    ...{
      id: 'dep_1',
      type: 'timed',
      strategy: 'canary',
      phase: 'canary',
      outcome: null,
      attended: true,
      swaps: [],
      notes: [],
    },
    ...{ message: 'srv_new has 20 % of 100 % of the analyses; step 1 of 3.', created_by: 'root', ended_at: null },
    ...{ created_at: '2026-01-01T00:00:00Z', phase_since: '2026-01-01T00:00:00Z', steps_percent: [20, 50, 100] },
    ...{
      weights: [
        { id: 'srv_old', weight: 80 },
        { id: 'srv_new', weight: 20 },
      ],
      step_until: null,
      kept_until: null,
    },
    ...{ health: null, smoke: null, judgement: null, can_promote: true, can_roll_back: true },
    overlap: { server_ids: [], price_per_hour: 0, together_per_hour: 4, at_most_seconds: 60 },
  };
  let asked = 0;
  const screen = await openPage('/servers', () => {
    on('GET /api/v1/deployments', () => ({ body: asked === 0 ? [deployment] : [] }));
    on('POST /api/v1/deployments/:deployment/rollback', () => {
      asked += 1;
      return { body: { ...deployment, message: 'It goes back.' } };
    });
  });
  const one = screen.getByTestId('dep_1');
  await expect.element(one.getByText('80 %')).toBeVisible();
  await one.getByRole('button', { name: 'Roll back' }).click();
  expect(asked).toBe(0);
  await one.getByRole('button', { name: 'Do it' }).click();
  await expect.element(screen.getByTestId('said')).toHaveTextContent('It goes back.');
  expect(asked).toBe(1);
});
