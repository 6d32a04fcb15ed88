import { expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { on, pushLive, refused } from '../../src/mocks/mock.ts';
import { seriousFindings } from '../support/accessibility.ts';
import { openPage } from '../support/open-page.ts';
import { shows } from '../support/shows.ts';

const CAMERA = /^window/;

it('shows what a camera sees, what is broken and since when, and what happened', async () => {
  const screen = await openPage('/cameras');
  const now = screen.getByTestId('camera-now');
  await expect.element(now.getByRole('img', { name: 'Last picture of window' })).toBeVisible();
  await shows(now, 'One area is blacked out.');
  await shows(now.getByRole('region', { name: 'Broken now' }), /every mug keeps.*58 ± 8 mm apart.*Since 4 minutes ago/);
  // Each event names its rule.
  await shows(screen.getByTestId('camera-events'), /Rule broken: Laptop Safety Distance · mug-3.*Moved: mug-3/);
  await expect.poll(() => screen.getByTestId('timeline').element().querySelectorAll('rect').length).toBe(4);
  await shows(screen.getByTestId('timeline'), 'broken 3 times, 1 hour');
  // On the picture of the camera, as it sees the table.
  await expect.poll(() => screen.getByTestId('heat').element().querySelectorAll('polygon').length).toBeGreaterThan(20);
  expect(screen.getByTestId('heat').element().querySelector('image')?.getAttribute('href')).toMatch(/^blob:/);
  expect(await seriousFindings()).toEqual([]);
});

it('while no new picture comes, what is broken is told as last seen', async () => {
  const screen = await openPage('/cameras');
  await shows(screen.getByRole('region', { name: 'Broken now' }), 'Since 4 minutes ago');
  expect(screen.getByTestId('last-seen').query()).toBeNull();
  screen.unmount();
  const stale = await openPage('/cameras', () =>
    on('GET /api/v1/cameras/:camera/status', ({ params }) => ({
      body: {
        camera_id: params.camera,
        name: 'window',
        state: 'in_trouble',
        trouble: 'no new picture comes',
        last_picture_at: new Date(Date.now() - 300_000).toISOString(),
        calibration: 'holds',
        view_shift: null,
        objects: [],
        broken: [
          {
            rule_id: 'rule_1',
            rule: 'every mug keeps at least 100 mm from every laptop',
            since: new Date(Date.now() - 360_000).toISOString(),
            objects: ['mug-3'],
            reason: '58 ± 8 mm apart',
          },
        ],
        today: { pictures: 5, analysed: 5, unchanged: 0, unusable: 0, missed: 0, failed: 0 },
        last_events: [],
      },
    })),
  );
  await shows(stale.getByTestId('last-seen'), 'As last seen 5 minutes ago');
});

it('is paused and resumed, and removed after a question', async () => {
  const screen = await openPage('/cameras');
  await screen.getByRole('button', { name: 'Pause' }).click();
  await expect.element(screen.getByRole('button', { name: 'Resume' })).toBeVisible();
  await shows(screen.getByRole('button', { name: CAMERA }), 'paused');
  await screen.getByRole('button', { name: 'Remove', exact: true }).click();
  await screen.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await expect.poll(() => screen.getByRole('button', { name: CAMERA }).elements().length).toBe(0);
});

it('a camera that was moved is confirmed as it stands', async () => {
  let confirmed = '';
  const screen = await openPage('/cameras', () =>
    on('POST /api/v1/cameras/:camera/confirm', ({ params }) => {
      confirmed = params.camera ?? '';
      return { body: {} };
    }),
  );
  await screen.getByRole('button', { name: /^door/ }).click();
  await expect.element(screen.getByText('This camera was moved')).toBeVisible();
  await screen.getByRole('button', { name: 'It still fits as it stands now' }).click();
  await expect.poll(() => confirmed).toBe('cam_door');
  expect(await seriousFindings()).toEqual([]);
});

it('what happens at a camera is asked for as it happens', async () => {
  let asked = 0;
  const status = { current: (): number => asked };
  const screen = await openPage('/cameras', () =>
    on('GET /api/v1/cameras', () => {
      asked += 1;
      return { body: [] };
    }),
  );
  await expect.element(screen.getByText('No camera is watched yet')).toBeVisible();
  const before = status.current();
  await new Promise((resolve) => setTimeout(resolve, 200));
  pushLive({
    type: 'activity',
    topic: 'activity',
    data: { type: 'camera_changed', camera_id: 'cam_new', camera: 'new' },
  });
  await expect.poll(status.current).toBe(before + 1);
});

it('kept pictures become an archive of the time that is chosen', async () => {
  const asked: string[] = [];
  const saved: string[] = [];
  const { click } = HTMLAnchorElement.prototype;
  HTMLAnchorElement.prototype.click = function () {
    saved.push(this.download);
  };
  const screen = await openPage('/cameras', () =>
    on('GET /api/v1/cameras/:camera/timelapse', ({ query }) => {
      asked.push(`${query.get('from')} ${query.get('format')}`);
      return query.get('format') === 'mp4'
        ? refused(409, 'CAMERA_009', 'There is no ffmpeg.', 'Install it, or take the ZIP file.')
        : { body: new Blob(['PK']) };
    }),
  );
  const lapse = screen.getByRole('region', { name: 'Time lapse' });
  await lapse.getByRole('button', { name: 'Pictures (ZIP)' }).click();
  await expect.poll(() => saved).toEqual(['window-24h.zip']);
  await lapse.getByRole('button', { name: 'Film (MP4)' }).click();
  await shows(lapse, 'Install it, or take the ZIP file.');
  expect(asked).toEqual(['24h zip', '24h mp4']);
  HTMLAnchorElement.prototype.click = click;
});

it('a new one is tried and watched, and says why it is refused', async () => {
  let asked: Record<string, unknown> = {};
  const screen = await openPage('/cameras', () => {
    on('GET /api/v1/cameras', () => ({ body: [] }));
    on('POST /api/v1/cameras', ({ body }) => {
      asked = body as Record<string, unknown>;
      return refused(400, 'CAMERA_003', 'cam.lab is not listed.', 'Set H200_CAMERA_HOSTS.');
    });
  });
  await expect.element(screen.getByText('No camera is watched yet')).toBeVisible();
  await screen.getByRole('button', { name: 'Add a camera' }).click();
  const dialog = screen.getByRole('dialog');
  await dialog.getByLabelText('Name', { exact: true }).fill('window seat');
  await shows(dialog, 'and no spaces');
  await dialog.getByLabelText('Name', { exact: true }).fill('desk');
  await dialog.getByLabelText('Address').fill('http://cam.lab/now.jpg');
  await dialog.getByRole('button', { name: 'Try it' }).click();
  await shows(dialog.getByTestId('tested'), 'A picture came: 960 × 720 px');
  await dialog.getByRole('switch').click();
  expect(await seriousFindings()).toEqual([]);
  await dialog.getByRole('button', { name: 'Watch it' }).click();
  await shows(dialog, 'Set H200_CAMERA_HOSTS.');
  expect(asked).toMatchObject({
    name: 'desk',
    source: { kind: 'snapshot', address: 'http://cam.lab/now.jpg' },
    calibration_id: null,
    rule_ids: null,
    context: null,
    ...{ hold_s: 20, clear_s: 20, retention_days: 30, picture_every_s: 300, summary_at: null },
    active_hours: { from: '08:00', to: '18:00', days: ['mon', 'tue', 'wed', 'thu', 'fri'] },
    privacy_zones: [],
  });
});

it('a privacy zone is drawn on the picture, in shares of it', async () => {
  let asked: { privacy_zones?: [number, number][][] } = {};
  const screen = await openPage('/cameras', () =>
    on('PATCH /api/v1/cameras/:camera', ({ body }) => {
      asked = body as typeof asked;
      return { body: { camera_id: 'cam_window' } };
    }),
  );
  await screen.getByRole('button', { name: 'Edit' }).click();
  const dialog = screen.getByRole('dialog');
  await expect.element(dialog.getByText('One zone')).toBeVisible();
  await dialog.getByRole('button', { name: 'Draw a zone' }).click();
  await userEvent.keyboard('{Enter}{ArrowRight>10/}{Enter}{ArrowDown>10/}{Enter}');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect.element(dialog.getByText('2 zones')).toBeVisible();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => asked.privacy_zones?.length).toBe(2);
  const [first, second, third] = asked.privacy_zones?.[1] ?? [];
  expect(first).toEqual([0.5, 0.5]);
  expect(second?.[0]).toBeGreaterThan(0.5);
  expect(third?.[1]).toBeGreaterThan(0.5);
});

it('who may only look sees no button that would be refused', async () => {
  const screen = await openPage('/cameras', () =>
    on('GET /api/v1/auth/me', () => ({
      body: { id: 'v', kind: 'local', role: 'viewer', permissions: ['analysis:read'], user: null },
    })),
  );
  await expect.element(screen.getByTestId('camera-now')).toBeVisible();
  for (const name of ['Add a camera', 'Edit', 'Pause', 'Remove'])
    expect([name, screen.getByRole('button', { name, exact: true }).elements().length]).toEqual([name, 0]);
});
