import { strFromU8, unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { HISTORY, mockAnalysis } from '../../src/mocks/areas/stored-desks.ts';
import { on, pushLive } from '../../src/mocks/mock.ts';
import { seriousFindings } from '../support/accessibility.ts';
import { openPage } from '../support/open-page.ts';
import { shows } from '../support/shows.ts';

it('lists stored analyses, more as one scrolls, and few of them in the document', async () => {
  const screen = await openPage('/history');
  await expect.element(screen.getByText('240 analyses')).toBeVisible();
  const frame = screen.getByTestId('history').element();
  expect(document.querySelectorAll('[data-testid=history] li').length).toBeLessThan(40);
  for (let i = 0; i < 4; i += 1) {
    frame.scrollTop = frame.scrollHeight;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  await expect.poll(() => frame.querySelector('ul')?.style.height).toBe(`${240 * 84}px`);
  expect(document.querySelectorAll('[data-testid=history] li').length).toBeLessThan(40);
  expect(frame.querySelector('li:last-child')?.getAttribute('aria-posinset')).toBe('240');
  expect(await seriousFindings()).toEqual([]);
});

it('of ten thousand rows only those in sight are in the page, wherever it is scrolled', async () => {
  const rows = Array.from({ length: 10_000 }, (_, i) => ({ ...HISTORY[0]!, analysis_id: `ana_row${i}` }));
  const screen = await openPage('/history', () => {
    on('GET /api/v1/analyze/history', ({ query }) => {
      const from = Number(query.get('cursor') ?? 0);
      const next = from + 2500;
      return {
        body: rows.slice(from, next),
        headers: { 'x-total-count': '10000', ...(next < 10_000 && { 'x-next-cursor': String(next) }) },
      };
    });
  });
  await expect.element(screen.getByText('10,000 analyses')).toBeVisible();
  const frame = screen.getByTestId('history').element();
  for (let i = 0; i < 4; i += 1) {
    frame.scrollTop = frame.scrollHeight;
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  for (let i = 0; i < 12; i += 1) {
    frame.scrollTop = 100_000 + 3000 * i;
    await new Promise((resolve) => requestAnimationFrame(resolve));
    expect(document.querySelectorAll('[data-testid=history] li').length).toBeLessThan(40);
  }
  await expect.poll(() => document.querySelectorAll('[data-testid=history] li').length).toBeGreaterThan(0);
});

it('filters ask the search, and say how words were read', async () => {
  const asked: string[] = [];
  const screen = await openPage('/history', () => {
    on('GET /api/v1/search', ({ query }) => {
      asked.push(query.toString());
      const results = [
        {
          analysis_id: 'ana_1',
          timestamp: '2026-11-27T09:30:00.000Z',
          headline: '1 mug',
          uri: '',
          similarity: 0.87,
          why: ['violated: too close'],
          same_desk: [],
        },
      ];
      return { body: { results, order: 'similarity', next_cursor: null, read_as: { about: ['mug', 'laptop'] } } };
    });
  });
  await screen.getByLabelText('Search in words').fill('mug near laptop');
  await expect.element(screen.getByText('Read as: about: mug, laptop')).toBeVisible();
  await expect.element(screen.getByText('87% similar')).toBeVisible();
  expect(new URLSearchParams(asked.at(-1)).get('text')).toBe('mug near laptop');
  await screen.getByRole('button', { name: 'Clear filters' }).click();
  await expect.element(screen.getByText('240 analyses')).toBeVisible();
});

it('two chosen ones are compared: what moved, by how much, and what the rules say now', async () => {
  const screen = await openPage('/history');
  await expect.element(screen.getByText('240 analyses')).toBeVisible();
  const boxes = screen.getByRole('checkbox').elements() as HTMLElement[];
  boxes[1]?.click();
  boxes[2]?.click();
  await screen.getByRole('button', { name: 'Compare' }).click();
  const table = screen.getByTestId('moved');
  await shows(table, /mug-1 ?48 mm ± 5\.9 mm/);
  await shows(table, 'moved');
  await shows(table, 'too little to tell');
  expect(await seriousFindings()).toEqual([]);
});

it('chosen ones are deleted after a question', async () => {
  const gone: string[] = [];
  const screen = await openPage('/history', () => {
    on('DELETE /api/v1/analyze/results/:id', ({ params }) => {
      gone.push(params.id ?? '');
      return { body: { deleted: 1, remaining: 1, complete: true, dry_run: false } };
    });
  });
  await expect.element(screen.getByText('240 analyses')).toBeVisible();
  (screen.getByRole('checkbox').elements()[0] as HTMLElement).click();
  await screen.getByRole('button', { name: 'Delete' }).click();
  await shows(screen.getByRole('dialog'), 'Delete what is chosen (1)?');
  await screen.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect.poll(() => gone).toEqual(['ana_1']);
});

it('an export goes on in the background and ends as a file', async () => {
  const saved: string[] = [];
  const { click } = HTMLAnchorElement.prototype;
  HTMLAnchorElement.prototype.click = function () {
    saved.push(this.download);
  };
  const screen = await openPage('/history');
  await screen.getByRole('button', { name: 'Export' }).click();
  await screen.getByRole('menuitem', { name: 'Table (CSV)' }).click();
  await expect.element(screen.getByText(/Exporting: \d+/)).toBeVisible();
  await expect.poll(() => saved, { timeout: 5000 }).toEqual([expect.stringMatching(/^h200-analyses-.*\.csv$/)]);
  HTMLAnchorElement.prototype.click = click;
});

it('pictures and data of what is chosen are one archive', async () => {
  const files: Blob[] = [];
  const { createObjectURL } = URL;
  URL.createObjectURL = (file) => {
    if (file instanceof Blob && file.type === 'application/zip') files.push(file);
    return createObjectURL.call(URL, file);
  };
  const screen = await openPage('/history', () => {
    on('GET /api/v1/analyze/results/:id/image', ({ params }) =>
      params.id === 'ana_2'
        ? { status: 404, body: { error: { code: 'STORAGE_001' } } }
        : { body: new Blob(['a picture'], { type: 'image/jpeg' }) },
    );
  });
  await expect.element(screen.getByText('240 analyses')).toBeVisible();
  const boxes = screen.getByRole('checkbox').elements() as HTMLElement[];
  boxes[0]?.click();
  boxes[1]?.click();
  await screen.getByRole('button', { name: 'Export' }).click();
  await screen.getByRole('menuitem', { name: /ZIP/ }).click();
  await expect.element(screen.getByText('2 analyses are in the file. Of one the photo is not kept.')).toBeVisible();
  URL.createObjectURL = createObjectURL;
  const packed = unzipSync(new Uint8Array((await files[0]?.arrayBuffer()) ?? []));
  const names = Object.keys(packed);
  expect(names.map((name) => name.replace(/^[\dT-]+_/, '')).sort()).toEqual(['ana_1.jpg', 'ana_1.json', 'ana_2.json']);
  const of = (end: string) => strFromU8(packed[names.find((name) => name.endsWith(end)) ?? ''] ?? new Uint8Array());
  expect(of('ana_1.jpg')).toBe('a picture');
  expect(JSON.parse(of('ana_2.json'))).toMatchObject({ analysis_id: 'ana_2' });
});

it('an empty history says what to do first', async () => {
  const screen = await openPage('/history', () => {
    on('GET /api/v1/analyze/history', () => ({ body: [], headers: { 'x-total-count': '0' } }));
  });
  await expect.element(screen.getByText('No analysis is stored yet')).toBeVisible();
  expect(await seriousFindings()).toEqual([]);
});

it('a camera is chosen alone, also for the export', async () => {
  const asked: (string | null)[] = [];
  const screen = await openPage('/history', () =>
    on('GET /api/v1/export', ({ query }) => {
      asked.push(query.get('calibration_id'));
      return { status: 202, body: { job_id: 'job_1', state: 'done', progress: null, error: null } };
    }),
  );
  await screen.getByRole('combobox', { name: 'Camera' }).click();
  await screen.getByRole('option', { name: 'window, door, shelf · Desk by the window' }).click();
  await expect.element(screen.getByText('3 found')).toBeVisible();
  await screen.getByRole('button', { name: 'Export' }).click();
  await screen.getByRole('menuitem', { name: 'Table (CSV)' }).click();
  await expect.poll(() => asked).toEqual(['cal_1']);
  await screen.getByRole('combobox', { name: 'Verdict' }).click();
  await screen.getByRole('option', { name: 'broken' }).click();
  await shows(screen.getByRole('combobox', { name: 'Camera' }), 'any');
});

it('what is analysed elsewhere is shown at once, but never pulls the list from under who reads on', async () => {
  let total = 240;
  let isPaged = false;
  const screen = await openPage('/history', () => {
    on('GET /api/v1/analyze/history', ({ query }) => ({
      body: HISTORY.slice(0, 100),
      headers: { 'x-total-count': String(total), ...(isPaged && !query.get('cursor') && { 'x-next-cursor': '100' }) },
    }));
  });
  await expect.element(screen.getByText('240 analyses')).toBeVisible();
  const told = { type: 'activity', topic: 'activity', data: { type: 'positioning_analyzed', analysis: HISTORY[0]! } };
  total = 241;
  isPaged = true;
  pushLive(told);
  await expect.element(screen.getByText('241 analyses')).toBeVisible();

  const frame = screen.getByTestId('history').element();
  frame.scrollTop = frame.scrollHeight;
  await expect.poll(() => frame.querySelector('ul')?.style.height).toBe(`${200 * 84}px`);
  total = 242;
  pushLive(told);
  await screen.getByRole('button', { name: 'The list has changed: show it anew' }).click();
  await expect.element(screen.getByText('242 analyses')).toBeVisible();
});

it('a rule that was not asked on one of two photos is no verdict there', async () => {
  const screen = await openPage('/history/compare/ana_3/ana_2', () => {
    on('GET /api/v1/analyze/results/:id', ({ params }) => {
      const analysis = mockAnalysis(params.id ?? '');
      return { body: params.id === 'ana_3' ? { ...analysis, rules: [] } : analysis };
    });
  });
  await shows(screen.getByRole('region', { name: 'What the rules say' }), /not judged ?broken/);
});
