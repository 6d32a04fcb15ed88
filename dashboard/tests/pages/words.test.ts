import { afterEach, expect, it } from 'vitest';
import { preferences } from '../../src/composables/preferences.ts';
import { mockAnalysis, mockDrawing } from '../../src/mocks/areas/stored-desks.ts';
import { on } from '../../src/mocks/mock.ts';
import { openPage } from '../support/open-page.ts';
import { shows } from '../support/shows.ts';

const RULE = 'rule_aaaaaaaaaaaaaaaa';
const GONE = 'rule_bbbbbbbbbbbbbbbb';
const EXPLANATION = `No place that the picture shows free is sure to fulfil these rules together: ${RULE} ("every mug keeps at least 152.4 mm from every laptop"), ${GONE} ("every mug keeps at least 100 mm from the edge of the table") (every such place was ruled out).`;

/** A desk of whose rules no arrangement keeps all, measured in millimetres. */
function crowdedDesk() {
  const desk = mockAnalysis('ana_1');
  const [verdict] = desk.rules;
  return {
    ...desk,
    rules: [
      {
        ...verdict,
        reason: 'mug-1 is too close to laptop-1: between 4 and 10 cm apart, needs at least 15.24 cm (6 in)',
      },
      {
        ...verdict,
        operator: 'on',
        objects: ['mug-1', 'zone:Spot by the lamp'],
        measured: null,
        required: null,
        uncertainty: null,
        margin: null,
        unit: 'none' as const,
        reason: 'mug-1 stands on no coaster (86 % sure); the nearest is zone:Spot by the lamp',
      },
    ],
    positioning: { ...desk.positioning, infeasible: { rule_ids: [RULE, GONE], explanation: EXPLANATION } },
    feedback: { summary: '', recommendations: ['Move mug-1 11 cm to the left.', EXPLANATION] },
  };
}
function crowdedDrawing() {
  const drawing = mockDrawing();
  const [link] = drawing.links;
  return {
    ...drawing,
    links: [
      link,
      { ...link, objects: ['mug-1', 'zone:Spot by the lamp'], title: 'mug-1 stands on no coaster', detail: null },
    ],
    zones: [
      {
        name: 'Spot by the lamp',
        kind: 'coaster',
        polygon_px: [
          [600, 560],
          [800, 560],
          [800, 680],
          [600, 680],
        ],
      },
    ],
  };
}
const open = () =>
  openPage('/history/ana_1', () => {
    on('GET /api/v1/analyze/results/:id', () => ({ body: crowdedDesk() }));
    on('GET /api/v1/analyze/results/:id/scene', () => ({ body: crowdedDrawing() }));
    on('GET /api/v1/rules', () => ({
      body: [{ rule_id: RULE, name: 'Laptop safety', text: '', enabled: true, version: 1 }],
    }));
  });
const result = () => document.querySelector<HTMLElement>('[data-testid=result]')!;
const text = () =>
  // Only what is shown.
  // biome-ignore lint/performance/useDomNodeTextContent: hidden words are not read
  result().innerText + [...result().querySelectorAll('svg text')].map((one) => ` ${one.textContent} `).join('');

afterEach(() => {
  preferences.units = 'mm';
  preferences.language = 'en';
});

it('no id of a rule and none of a zone stands in a sentence, and no sentence stands twice', async () => {
  const screen = await open();
  await shows(screen.getByTestId('result'), '“Laptop safety” ("every mug keeps at least 152.4 mm from every laptop")');
  expect(text()).not.toMatch(/rule_|zone:/);
  expect(text()).toContain('the nearest is “Spot by the lamp”');
  expect(text().split('No place that the picture shows free')).toHaveLength(2);
  expect(text()).toContain('Move mug-1 11 cm to the left.');
});

it('in inches no length of a stored analysis is metric: findings, photo, moves, advice, evidence', async () => {
  const screen = await open();
  await shows(screen.getByTestId('findings'), 'between 4 and 10 cm');
  preferences.units = 'inch';
  await shows(screen.getByTestId('findings'), 'between 1.6 and 3.9 in apart, needs at least 6 in');
  await shows(screen.getByTestId('moves'), '3.1 in to the left');
  await expect.poll(text, { timeout: 10_000 }).toMatch(/\d ± 0\.3 in/);
  expect(text()).toContain('at least 3.9 in');
  expect(text()).toContain('Move mug-1 4.3 in to the left.');
  expect(text()).toContain('0.0315 in/px');
  expect(text().match(/\d (mm|cm|m)\b.{0,30}/g)).toBeNull();
  document
    .querySelector('[data-id=mug-1]')!
    .dispatchEvent(new PointerEvent('pointermove', { bubbles: true, clientX: 200, clientY: 200, pointerId: 1 }));
  await shows(screen.getByRole('tooltip'), 'at 9.4 in, 13.9 in ± 0.24 in');
});

it('in German things have German names, on the photo, in the lists and in what is chosen from', async () => {
  const screen = await open();
  preferences.language = 'de';
  await shows(screen.getByTestId('findings'), 'Tasse 1 is too close to Laptop 1');
  const names = () => [...document.querySelectorAll('.label.name')].map((one) => one.textContent);
  await expect.poll(names, { timeout: 10_000 }).toContain('Tasse 1');
  const labels = [...document.querySelectorAll('.label')].map((one) => one.textContent);
  expect(labels).toContain('verletzt: sollte darauf stehen');
  expect(labels.some((one) => one?.includes('mind. 100 mm'))).toBe(true);
  await screen.getByRole('tab', { name: 'Dinge berichtigen' }).click();
  await shows(screen.getByTestId('corrections'), 'Tasse 1');
  await expect.element(screen.getByRole('combobox', { name: 'Art von Tasse 1' })).toHaveTextContent('Tasse');
  expect(text()).not.toMatch(/\b(mug|laptop)-1\b/);
});
