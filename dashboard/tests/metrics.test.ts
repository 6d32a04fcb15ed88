import { expect, it } from 'vitest';
import { seriousFindings } from './support/accessibility.ts';
import { openPage } from './support/open-page.ts';

it('draws what was measured, and says why something was not', async () => {
  const screen = await openPage('/metrics');
  await expect.element(screen.getByRole('img', { name: /^Latency\./ })).toBeVisible();
  await expect.poll(() => document.querySelectorAll('canvas').length).toBeGreaterThan(5);
  await expect.element(screen.getByRole('heading', { name: 'Not measured' })).toBeVisible();
  expect(await seriousFindings()).toEqual([]);
});
