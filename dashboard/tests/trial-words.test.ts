import { afterEach, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { preferences } from '../src/composables/preferences.ts';
import deFirst from '../src/locales/de/first.ts';
import de from '../src/locales/de/pages.ts';
import enFirst from '../src/locales/en/first.ts';
import en from '../src/locales/en/pages.ts';
import { on } from '../src/mocks/mock.ts';
import { mergedConflicts } from '../src/pages/rules/merged-conflicts.ts';
import type { Conflict } from '../src/pages/rules/rules.ts';
import { openPage } from './support/open-page.ts';
import { shows } from './support/shows.ts';

afterEach(async () => {
  preferences.language = 'en';
  await page.viewport(1280, 800);
});

it('a verdict has one word, wherever it stands', () => {
  for (const [pages, { verdict }] of [
    [en, enFirst],
    [de, deFirst],
  ] as const) {
    const { ifMoved } = pages.desk;
    expect(ifMoved).toContain(`{violated} ${verdict.violated}`);
    expect(ifMoved).toContain(`{uncertain} ${verdict.uncertain}`);
  }
  expect(de.desk.ifMoved).toContain(deFirst.verdict.satisfied);
});

it('whoever changed a rule is called by a name, never by an id', async () => {
  const screen = await openPage('/rules', () => {
    on('GET /api/v1/rules/:rule_id/history', ({ params }) => ({
      body: {
        unreadable: [],
        versions: ['local', 'usr_mocked1', 'usr_nobodyknows'].map((user_id, i) => ({
          version: 1 + i,
          action: 'updated',
          rule: { rule_id: params.rule_id, canonical: 'every mug is on a coaster', name: 'Coasters', conditions: [] },
          changes: [],
          user_id,
          reason: null,
          created_at: '2026-11-27T09:30:00.000Z',
        })),
      },
    }));
  });
  await screen
    .getByRole('button', { name: /^History: / })
    .first()
    .click();
  const dialog = screen.getByRole('dialog');
  await shows(dialog, / · you/);
  await shows(dialog, / · anna/);
  await shows(dialog, / · another user/);
  expect(dialog.element().textContent).not.toContain('usr_');
});

const conflict = (a: string, b: string): Conflict =>
  ({
    kind: 'contradiction',
    proven: true,
    rule_ids: [a, b],
    sentences: ['every mug keeps at least 152.4 mm from every laptop', 'every mug is at most 100 mm from every laptop'],
    explanation: 'no distance is both',
  }) as Conflict;

it('conflicts that read alike are one box, with the names of their rules and a switch for each', async () => {
  expect(mergedConflicts([conflict('a', 'c'), conflict('b', 'c')])).toMatchObject([
    { rule_ids: ['a', 'c', 'b'], sentences: { length: 3 } },
  ]);
  expect(mergedConflicts([conflict('a', 'c'), { ...conflict('b', 'c'), explanation: 'another' }])).toHaveLength(2);
  const sent: unknown[] = [];
  let ids: string[] = [];
  const screen = await openPage('/rules', () => {
    on('GET /api/v1/rules', () => {
      const rule = (rule_id: string, name: string) => ({
        rule_id,
        name,
        text: name,
        canonical: name,
        conditions: [],
        priority: 5,
        enabled: true,
        version: 1,
        scope: 'mine',
      });
      ids = ['rule_1', 'rule_2', 'rule_3'];
      return {
        body: [rule('rule_1', 'Laptop safety'), rule('rule_2', 'Laptop safety'), rule('rule_3', 'Mugs at hand')],
      };
    });
    on('GET /api/v1/rules/conflicts', () => ({
      body: { total: 2, conflicts: [conflict('rule_1', 'rule_3'), conflict('rule_2', 'rule_3')] },
    }));
    on('PATCH /api/v1/rules/:rule_id', ({ params, body }) => {
      sent.push([params.rule_id, body]);
      return { body: {} };
    });
  });
  await screen.getByRole('button', { name: 'Switch off: Mugs at hand' }).click();
  await expect.poll(() => sent).toEqual([[ids[2], { enabled: false }]]);
  expect(screen.getByText('no distance is both').elements()).toHaveLength(1);
  expect(screen.getByRole('button', { name: 'Switch off: Laptop safety' }).elements()).toHaveLength(2);
});

it('an analysis of somebody else is no link in the audit log, and a rule has its name', async () => {
  const line = {
    time: '2026-11-27T09:30:00.000Z',
    event: 'data_read',
    client: null,
    details: {},
    previous: '',
    hash: '',
  };
  const screen = await openPage('/settings?part=audit', () => {
    on('GET /api/v1/rules', () => ({ body: [{ rule_id: 'rule_1', name: 'Laptop safety' }] }));
    on('GET /api/v1/audit', () => ({
      body: [
        { ...line, number: 3, actor: 'usr_mocked1', target: 'ana_theirs' },
        { ...line, number: 2, actor: 'local', target: 'ana_mine' },
        { ...line, number: 1, actor: 'local', target: 'rule_1' },
      ],
    }));
  });
  await shows(screen.getByRole('table'), 'Laptop safety');
  await shows(screen.getByRole('table'), 'ana_theirs');
  expect([...document.querySelectorAll('table a')].map((link) => link.getAttribute('href'))).toEqual([
    '#/history/ana_mine',
  ]);
});

it('German: the store in words, and a search hint that fits its field', async () => {
  const screen = await openPage('/settings?part=about');
  preferences.language = 'de';
  await shows(screen.getByRole('main'), 'in diesem Server · verbunden');
  screen.unmount();
  await page.viewport(1440, 900);
  await openPage('/history');
  preferences.language = 'de';
  const input = () =>
    document.querySelector<HTMLInputElement>(`form[role=search] input[placeholder="${de.history.searchHint}"]`);
  await expect.poll(() => input() !== null, { timeout: 10_000 }).toBe(true);
  const style = getComputedStyle(input()!);
  const pen = document.createElement('canvas').getContext('2d')!;
  pen.font = style.font;
  const room = input()!.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
  expect(pen.measureText(de.history.searchHint).width).toBeLessThanOrEqual(room);
});

it('on a phone the verdicts of a row are whole words inside the row', async () => {
  await page.viewport(375, 800);
  await openPage('/history', () => {
    on('GET /api/v1/analyze/history', () => ({
      body: [
        {
          analysis_id: 'ana_1',
          timestamp: '2026-11-27T09:30:00.000Z',
          image: { width: 960, height: 720 },
          model: null,
          mugs: 1,
          objects: 3,
          findings: { violated: 1, uncertain: 1, satisfied: 1, not_applicable: 0 },
        },
      ],
      headers: { 'x-total-count': '1' },
    }));
  });
  preferences.language = 'de';
  const spans = () => [...document.querySelectorAll<HTMLElement>('a[href$="/history/ana_1"] .whitespace-nowrap')];
  await expect
    .poll(() => spans().map((one) => one.textContent), { timeout: 10_000 })
    .toEqual(['1 verletzt', '1 unentschieden', '1 eingehalten']);
  for (const one of spans()) {
    const [word, row] = [one.getBoundingClientRect(), one.closest('a')!.getBoundingClientRect()];
    expect(word.right).toBeLessThanOrEqual(row.right);
    expect(word.height).toBeLessThan(20);
    expect(word.bottom).toBeLessThanOrEqual(row.bottom);
  }
});
