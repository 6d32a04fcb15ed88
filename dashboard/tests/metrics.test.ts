import { expect, it } from 'vitest';
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
