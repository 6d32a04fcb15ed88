import { expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { on } from '../../src/mocks/mock.ts';
import { seriousFindings } from '../support/accessibility.ts';
import { openPage } from '../support/open-page.ts';
import { shows } from '../support/shows.ts';

it('shows the grid over a photo and checks a known length', async () => {
  const screen = await openPage('/cameras');
  await expect.element(screen.getByText(/One square is \d+ mm wide/)).toBeVisible();
  expect(document.querySelectorAll('.grid-line').length).toBeGreaterThan(10);
  await expect.poll(() => document.querySelector('#photo')?.getAttribute('href')).toMatch(/^blob:/);
  await screen.getByLabelText('Known length, mm').fill('200');
  await screen.getByRole('button', { name: 'Mark the ends' }).click();
  await userEvent.keyboard('{Enter}{ArrowRight>10/}{Enter}');
  await shows(screen.getByTestId('measured'), /Measured: \d+/);
  await shows(screen.getByTestId('measured'), 'It does not agree');
  expect(await seriousFindings()).toEqual([]);
});

it('shows the grid over no picture of another camera', async () => {
  const asked: string[] = [];
  const screen = await openPage('/cameras', () => {
    on('GET /api/v1/cameras', () => ({ body: [] }));
    on('GET /api/v1/analyze/history', ({ query }) => {
      asked.push(String(query.get('calibration_id')));
      return { body: [] };
    });
  });
  await shows(screen.getByRole('region', { name: 'Photo under the grid' }), 'No photo of this camera is known');
  expect(asked).toEqual(['cal_1']);
});

it('without a camera it says how to make one', async () => {
  const screen = await openPage('/cameras', () => on('GET /api/v1/calibrations', () => ({ body: [] })));
  await expect.element(screen.getByText('No calibration is kept yet')).toBeVisible();
  expect(await seriousFindings()).toEqual([]);
});
