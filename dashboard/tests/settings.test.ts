import { expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { preferences } from '../src/composables/preferences.ts';
import { seriousFindings } from './support/accessibility.ts';
import { openPage } from './support/open-page.ts';
import { shows } from './support/shows.ts';

it.each(['look', 'messages', 'keys', 'users', 'audit', 'data', 'about'])('%s keeps nobody out', async (part) => {
  const screen = await openPage(`/settings?part=${part}`);
  await expect.element(screen.getByRole('heading', { level: 2 }).first()).toBeVisible();
  expect(await seriousFindings()).toEqual([]);
});

it('a test of a channel says whether it arrived, and why not', async () => {
  const screen = await openPage('/settings?part=messages');
  await screen.getByRole('button', { name: 'Send a test: slack' }).click();
  await expect.element(screen.getByText('Not arrived: HTTP 503')).toBeVisible();
  await screen.getByRole('button', { name: 'Send a test: email' }).click();
  await expect.element(screen.getByText('Arrived: 120 ms')).toBeVisible();
});

it('speaks German when asked to', async () => {
  const screen = await openPage('/settings?part=look');
  await expect.element(screen.getByText('Appearance').first()).toBeVisible();
  preferences.language = 'de';
  await expect.element(screen.getByText('Darstellung').first()).toBeVisible();
  expect(document.documentElement.lang).toBe('de');
  preferences.language = 'en';
});

it('checks that the audit log is whole', async () => {
  const screen = await openPage('/settings?part=audit');
  await screen.getByRole('button', { name: 'Check that it is whole' }).click();
  await expect.element(screen.getByText('The log is whole: 2 lines.')).toBeVisible();
});

it('the audit log names cameras, servers and rules; of what is gone the line has the name', async () => {
  const screen = await openPage('/settings?part=audit');
  const log = screen.getByRole('region', { name: 'Audit log' });
  for (const name of [/window/, /Old kitchen/, /Laptop Safety Distance/]) await shows(log, name);
  expect(log.element().textContent).not.toMatch(/cam_|rule_mocked|srv_one/);
});

it('channels that are not set up say what sets them, and are not offered', async () => {
  const screen = await openPage('/settings?part=messages');
  await shows(screen.getByTestId('not-set'), /Discord\s*DISCORD_WEBHOOK_URL/);
  expect(screen.getByTestId('not-set').element().textContent).not.toMatch(/SLACK_WEBHOOK_URL|EMAIL_TO/);
  await expect.element(screen.getByRole('group', { name: 'slack' })).toBeVisible();
  expect(screen.getByRole('group', { name: 'discord' }).elements()).toEqual([]);
});

it('on a phone the part that is open is in sight in the list of parts', async () => {
  await page.viewport(375, 812);
  try {
    const screen = await openPage('/settings?part=about');
    const list = screen.getByRole('navigation', { name: 'Parts of the settings' });
    const isInSight = (name: string) => {
      const { left, right } = list.getByRole('link', { name }).element().getBoundingClientRect();
      return left >= 0 && right <= 375;
    };
    await expect.poll(() => isInSight('About')).toBe(true);
    await list.getByRole('link', { name: 'Appearance' }).click();
    await expect.poll(() => isInSight('Appearance')).toBe(true);
    await list.getByRole('link', { name: 'Audit log' }).click();
    await expect.poll(() => isInSight('Audit log')).toBe(true);
  } finally {
    await page.viewport(1280, 800);
  }
});
