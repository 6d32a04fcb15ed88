import { expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { mockAnalysis, mockDrawing } from '../../src/mocks/areas/stored-desks.ts';
import { type MockRequest, on } from '../../src/mocks/mock.ts';
import { seriousFindings } from '../support/accessibility.ts';
import { openPage } from '../support/open-page.ts';
import { shows } from '../support/shows.ts';

const mug = () => document.querySelector<SVGGElement>('[data-id="mug-1"]')!;

async function drag(dx: number, dy = 0): Promise<void> {
  const svg = document.querySelector('#scene')!;
  const box = mug().querySelector('.box')!.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const fire = (name: string, target: Element, clientX: number, clientY: number) =>
    target.dispatchEvent(
      new PointerEvent(name, { clientX, clientY, pointerId: 1, button: 0, isPrimary: true, bubbles: true }),
    );
  const { setPointerCapture } = Element.prototype;
  Element.prototype.setPointerCapture = () => {};
  fire('pointerdown', mug(), x, y);
  for (let i = 1; i <= 4; i += 1) {
    fire('pointermove', svg, x + (dx * i) / 4, y + (dy * i) / 4);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  fire('pointerup', svg, x + dx, y + dy);
  Element.prototype.setPointerCapture = setPointerCapture;
}

it('a stored desk: verdicts follow the mug while it is dragged, and it can be put back', async () => {
  const asked: unknown[] = [];
  const screen = await openPage('/history/ana_1', () => {
    on('POST /api/v1/analyze/results/:id/what-if', ({ body }: MockRequest) => {
      asked.push(body);
      const { moves } = body as { moves: { vector_px: [number, number] }[] };
      const [dx, dy] = moves[0]?.vector_px ?? [0, 0];
      return { body: { analysis: mockAnalysis('ana_1', dx, dy), drawing: mockDrawing(dx, dy) } };
    });
  });
  await shows(screen.getByTestId('findings'), 'broken');
  await expect.poll(() => document.querySelectorAll('.link.violated .bar').length).toBe(3);
  await drag(-90);
  await shows(screen.getByTestId('findings'), 'holds');
  expect(asked.length).toBeGreaterThan(1);
  await expect.poll(() => document.querySelectorAll('.link.satisfied').length).toBe(1);
  await expect.poll(() => mug().querySelector('.piece')?.getAttribute('viewBox')).toBe('250 330 100 140');
  await shows(screen.getByTestId('scene-status'), '0 broken, 0 undecided, 1 holding');
  await screen.getByRole('button', { name: 'Put back' }).click();
  await shows(screen.getByTestId('findings'), 'broken');
  expect(await seriousFindings()).toEqual([]);
});

it('a mug is moved by keys, a proposed move is tried, and a verdict is filtered away', async () => {
  const screen = await openPage('/history/ana_1');
  await expect.poll(() => mug() !== null).toBe(true);
  mug().focus();
  await userEvent.keyboard('{ArrowLeft>14/}');
  await shows(screen.getByTestId('findings'), 'holds');
  expect((document.activeElement as HTMLElement).dataset.id).toBe('mug-1');
  await screen.getByRole('button', { name: 'Put back' }).click();
  await screen.getByRole('button', { name: /^Try it: mug-1, 78 mm to the left/ }).click();
  await shows(screen.getByTestId('findings'), 'holds');
  await screen.getByRole('button', { name: 'Put back' }).click();
  await screen.getByRole('button', { name: /broken/ }).click();
  await expect.poll(() => document.querySelectorAll('.link').length).toBe(0);
});

it('evidence is shown on hover and zoom works by button', async () => {
  const screen = await openPage('/history/ana_1');
  await expect.poll(() => mug() !== null).toBe(true);
  mug().dispatchEvent(new PointerEvent('pointermove', { bubbles: true, clientX: 200, clientY: 200, pointerId: 1 }));
  await shows(screen.getByRole('tooltip'), 'mug, detected with 93 %');
  await shows(screen.getByRole('tooltip'), 'measured from its outline');
  await screen.getByRole('button', { name: 'Zoom in' }).click();
  await expect.poll(() => document.querySelector('#scene')?.getAttribute('viewBox')).toBe('160 120 640 480');
  await screen.getByRole('button', { name: 'Show all' }).click();
  await expect.poll(() => document.querySelector('#scene')?.getAttribute('viewBox')).toBe('0 0 960 720');
});

it('a wrong class is corrected and everything measured again with the boxes of the person', async () => {
  const sent: Record<string, unknown>[] = [];
  const screen = await openPage('/history/ana_1', () => {
    on('POST /api/v1/analyze/with-feedback', ({ body }) => {
      sent.push(body as never);
      return { body: { ...mockAnalysis('ana_77'), model: null } };
    });
  });
  await screen.getByRole('tab', { name: 'Correct objects' }).click();
  await screen.getByRole('button', { name: 'Remove laptop-1' }).click();
  await screen.getByRole('button', { name: 'Measure again', exact: true }).click();
  await expect.poll(() => sent.length).toBe(1);
  expect(sent[0]).toMatchObject({
    image: 'ana_1',
    box_noise: 0.05,
    detections: [{ class: 'mug', bbox: [250, 330, 350, 470] }],
  });
  await expect.element(screen.getByText('corrected by hand')).toBeVisible();
});

it('a rectangle drawn by keys becomes a camera', async () => {
  const kept: Record<string, unknown>[] = [];
  const screen = await openPage('/history/ana_1', () => {
    on('POST /api/v1/calibrations', ({ body }) => {
      kept.push(body as never);
      return { status: 201, body: {} };
    });
  });
  await screen.getByRole('tab', { name: 'Draw on the photo' }).click();
  await screen.getByRole('button', { name: 'Known rectangle' }).click();
  await userEvent.keyboard('{Enter}{ArrowRight>8/}{Enter}{ArrowDown>8/}{Enter}{ArrowLeft>8/}{Enter}');
  await screen.getByLabelText('Name of the camera').fill('Window');
  await screen.getByRole('button', { name: 'Keep for this camera' }).click();
  await expect.poll(() => kept.length).toBe(1);
  const { calibration } = kept[0] as { calibration: { rectangle_px: number[][]; size_mm: string } };
  expect(kept[0]).toMatchObject({ name: 'Window', width: 960, height: 720 });
  expect(calibration.size_mm).toBe('a4');
  expect(calibration.rectangle_px[0]).toEqual([480, 360]);
  expect(calibration.rectangle_px).toHaveLength(4);
  await expect.element(screen.getByText(/^Kept\. Choose it/)).toBeVisible();
});

it('thumbs and a remark go to the server', async () => {
  const said: unknown[] = [];
  const screen = await openPage('/history/ana_1', () => {
    on('POST /api/v1/analyze/feedback', ({ body }) => {
      said.push(body);
      return { status: 201, body: {} };
    });
  });
  await screen.getByRole('button', { name: 'mug-1, laptop-1: this verdict is wrong' }).click();
  await screen.getByRole('button', { name: 'Something is wrong' }).click();
  await screen.getByLabelText(/^What is wrong/).fill('two mugs');
  await screen.getByRole('button', { name: 'Send' }).click();
  await expect.poll(() => said.length).toBe(2);
  expect(said).toEqual([
    { analysis_id: 'ana_1', is_correct: false, rule_id: 'rule_1', object_id: 'mug-1' },
    { analysis_id: 'ana_1', is_correct: false, comments: 'two mugs' },
  ]);
});

it('on a phone nothing is wider than the screen', async () => {
  await page.viewport(375, 700);
  for (const path of ['/analyse', '/history', '/history/ana_1', '/history/compare/ana_3/ana_2', '/cameras']) {
    const screen = await openPage(path);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect([path, document.documentElement.scrollWidth]).toEqual([path, 375]);
    screen.unmount();
  }
  await page.viewport(1280, 800);
});

it('what was drawn on a photo stays when its things are corrected', async () => {
  const asked: Record<string, unknown>[] = [];
  const corners = [
    [10, 40],
    [950, 40],
    [480, 700],
  ];
  const screen = await openPage('/history/ana_1', () => {
    on('GET /api/v1/analyze/results/:id/scene', () => {
      const drawing = mockDrawing();
      const zones = [{ name: 'Felt', kind: 'coaster', polygon_px: corners }];
      return { body: { ...drawing, zones, table: { reference: 'declared', polygon_px: corners } } };
    });
    on('POST /api/v1/analyze/with-feedback', ({ body }) => {
      asked.push(body as never);
      return { body: { ...mockAnalysis(`ana_again${asked.length}`), model: null } };
    });
  });
  await screen.getByRole('tab', { name: 'Correct objects' }).click();
  await screen.getByRole('button', { name: /^Remove laptop/ }).click();
  await screen.getByRole('button', { name: 'Measure again', exact: true }).click();
  await expect.poll(() => asked.length).toBe(1);
  expect(asked[0]).toMatchObject({
    image: 'ana_1',
    zones: [{ name: 'Felt', kind: 'coaster', polygon_px: corners }],
    table_corners: corners,
  });

  // And the other way round: what is drawn anew takes nothing from what was corrected.
  await screen.getByRole('tab', { name: 'Draw on the photo' }).click();
  await screen.getByRole('button', { name: 'Remove Felt' }).click();
  await screen.getByRole('button', { name: 'Measure again with this' }).click();
  await expect.poll(() => asked.length).toBe(2);
  expect(asked[1]).toMatchObject({ image: 'ana_again1', table_corners: corners });
  expect(asked[1]).not.toHaveProperty('zones');
  expect(asked[1]!.detections).toEqual(asked[0]!.detections);
});

it('who may not write rules is not sent to write one', async () => {
  const screen = await openPage('/history/ana_1', () => {
    on('GET /api/v1/auth/me', () => ({
      body: { id: 'b', kind: 'local', role: 'analyst', permissions: ['analysis:read', 'analysis:write'], user: null },
    }));
    on('GET /api/v1/analyze/results/:id', ({ params }) => ({ body: { ...mockAnalysis(params.id ?? ''), rules: [] } }));
  });
  await expect.element(screen.getByText(/Ask somebody who may write rules/)).toBeVisible();
  expect(screen.getByRole('link', { name: 'Write a rule' }).elements()).toEqual([]);
});
