import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DetectionInput } from '../../src/contract/detection.ts';
import type { Embedder } from '../../src/ports/embedder.ts';
import { startPreparation } from '../../src/search/prepare.ts';
import { createSearchService } from '../../src/search/search-service.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { callOf, makeRule } from '../support/caller.ts';
import { openJourney, plainPhoto } from '../support/journey.ts';

const ann = callOf('ann');
const SPACE = { name: 'colours', dimensions: 3, sameDesk: 0.99 };

/** Pictures by the colour of their first pixel; words by the colour they name. */
const colours: Embedder = {
  space: () => SPACE,
  async ofImage({ bytes }) {
    const { default: sharp } = await import('sharp');
    const [r = 0, g = 0, b = 0] = await sharp(bytes).resize(1, 1).raw().toBuffer();
    return { space: SPACE.name, vector: unit(r - 100, g - 100, b - 100) };
  },
  async ofText(text) {
    if (!text.includes('red')) return { reason: 'red is the only word' };
    return { space: SPACE.name, vector: unit(160, 20, 0) };
  },
  close: async () => {},
};
const unit = (...numbers: number[]) => Float32Array.from(numbers, (n) => n / Math.hypot(...numbers));

let journey: ReturnType<typeof openJourney>;
let preparation: ReturnType<typeof startPreparation>;
beforeEach(() => {
  journey = openJourney({ embedder: colours });
  const { records, blobs, bus } = journey;
  preparation = startPreparation(
    {
      records,
      embedder: colours,
      blobs,
      openStored: async (bytes, label) => ({ bytes, label, width: 640, height: 480 }) as never,
      bus,
      log: createLog('silent'),
    },
    5,
  );
});
afterEach(async () => {
  preparation.stop();
  await preparation.done();
  await journey.close();
});

const search = (request: object) => journey.search.search(ann, request as never);
const idsOf = async (request: object) => (await search(request)).hits.map(({ item }) => item.analysis_id);
const FAR: DetectionInput[] = [
  { class: 'mug', confidence: 0.9, bbox: [10, 260, 70, 330] },
  { class: 'laptop', confidence: 0.9, bbox: [320, 160, 620, 340] },
];
const analyse = async (red: number, mmPerPixel = 1.2, detections?: DetectionInput[]) =>
  (
    await journey.service.analyze(ann, {
      bytes: await plainPhoto(640, 480, red),
      calibration: { mm_per_pixel: mmPerPixel },
      ...(detections && { detections }),
    })
  ).analysis_id;
const prepared = (id: string) =>
  expect.poll(async () => (await journey.records.vectors.of([id], 'colours')).size).toBe(1);

describe('searching', () => {
  it('says when a mug was too close, and why, of the whole journey', async () => {
    const { rule } = await makeRule(journey.rules, { text: 'Keep mugs at least 12 cm from laptops' }, { user: 'ann' });
    const [near, far] = [await analyse(10), await analyse(20, 1.2, FAR)];
    const words = await search({ text: 'when was a mug last too close to a laptop?' });
    expect(words.hits.map(({ item }) => item.analysis_id)).toEqual([near]);
    expect(words.read).toMatchObject({ about: ['mug', 'laptop'], operator: 'min_distance' });
    expect(words.hits[0]?.why).toMatchObject([{ rule_id: rule.rule_id, verdict: 'violated' }]);
    expect(await idsOf({ rule_id: rule.rule_id })).toEqual([near]);
    expect(await idsOf({ about: ['cups', 'Laptop'], verdict: 'satisfied' })).toEqual([far]);
    expect(await idsOf({ objects: 'mug,laptop', since: '1h' })).toEqual([far, near]);
    expect(await idsOf({ objects: ['mug'], until: '2020-01-01' })).toEqual([]);
  });

  it('ranks by a picture, an example or words, within the filters, page by page', async () => {
    const ids = [await analyse(250), await analyse(200), await analyse(120)];
    for (const id of ids) await prepared(id);
    const found = await search({ image: ids[0], group: false });
    expect([found.order, found.hits.map(({ item }) => item.analysis_id)]).toEqual(['similarity', [ids[1], ids[2]]]);
    expect(found.hits[0]!.similarity!).toBeGreaterThan(found.hits[1]!.similarity!);
    expect(await idsOf({ analysis_id: ids[2], group: false })).toEqual([ids[1], ids[0]]);
    expect(await idsOf({ text: 'something red', group: false })).toEqual([ids[0], ids[1], ids[2]]);
    expect(await idsOf({ text: 'something red', objects: ['book'] })).toEqual([]);
    const first = await search({ text: 'red', limit: 2, group: false });
    const second = await search({ text: 'red', limit: 2, group: false, cursor: first.nextCursor });
    expect([...first.hits, ...second.hits].map(({ item }) => item.analysis_id)).toEqual(ids);
    expect(second.nextCursor).toBeNull();
    await journey.service.delete(ann, ids[1]!);
    expect(await idsOf({ text: 'red', limit: 2, group: false })).toEqual([ids[0], ids[2]]);
    expect(await idsOf({ text: 'red', group: false, cursor: first.nextCursor })).toEqual([ids[2]]);
  });

  it('shows each desk once, the same photo and one that looks the same', async () => {
    const ids = [await analyse(60), await analyse(250), await analyse(230), await analyse(230, 2)];
    for (const id of ids) await prepared(id);
    const { hits } = await search({});
    expect(hits.map(({ item, sameDesk }) => [item.analysis_id, sameDesk])).toEqual([
      [ids[3], [ids[2], ids[1]]],
      [ids[0], []],
    ]);
    expect(await idsOf({ group: false })).toEqual(ids.toReversed());
  });

  it('refuses what says nothing or contradicts itself, with what to do', async () => {
    const id = await analyse(10);
    const refused = (request: object, message: RegExp) =>
      expect(search(request)).rejects.toMatchObject({
        code: 'VALIDATION_002',
        message: expect.stringMatching(message),
      });
    await refused({ text: 'a lovely sunset' }, /^Too little of .* names an object/);
    await refused({ text: 'something red, but not a mug' }, /takes something away/);
    await refused({ text: 'something red on monday' }, /time that is not understood: "monday"/);
    await refused({ rule_id: 'rule_1', operator: 'on' }, /rule_id/);
    await refused({ image: 'a.jpg', analysis_id: id }, /leave one out/);
    await refused({ since: '2026-02-02', until: '2026-01-01' }, /behind/);
    await refused({ cursor: 'rubbish' }, /cursor/);
    await refused({ limit: 1000 }, /limit/);
    await refused({ objects: ['a\nb'] }, /objects/);
    await expect(search({ analysis_id: 'ana_none' })).rejects.toMatchObject({ code: 'ANALYSIS_008' });
    await expect(journey.search.search(callOf('ann', 'viewer'), { image: '/etc/passwd' })).rejects.toMatchObject({
      code: 'AUTH_003',
    });
    await expect(search({ image: '/etc/passwd' })).rejects.toMatchObject({ code: 'VALIDATION_007' });
  });

  it('finds the same photo at once, and says of how many it is not known yet what they look like', async () => {
    preparation.stop();
    const ids = [await analyse(250), await analyse(250, 2), await analyse(200), await analyse(60)];
    await journey.service.analyze(callOf('bob'), { bytes: await plainPhoto(640, 480, 250) });
    const prepare = vi.fn();
    const { records, blobs } = journey;
    const open = async () => {
      throw new Error('not asked for');
    };
    const intake = { open, fromBytes: async (bytes: Uint8Array) => ({ bytes, width: 640, height: 480 }) as never };
    const { search: find } = createSearchService({
      records,
      blobs,
      intake,
      embedder: colours,
      now: () => new Date(),
      prepare,
    });
    const early = await find(ann, { analysis_id: ids[0]! });
    expect(early.hits.map(({ item, similarity }) => [item.analysis_id, similarity])).toEqual([[ids[1], 1]]);
    expect(early.notes).toEqual([expect.stringMatching(/^2 of your analyses cannot be compared yet/)]);
    expect(prepare).toHaveBeenCalledTimes(1);
    const photo = await colours.ofImage({ bytes: await plainPhoto(640, 480, 200), width: 1, height: 1 });
    await records.vectors.put(ids[2]!, photo.space, photo.vector);
    const later = await find(ann, { analysis_id: ids[0]! });
    expect(later.hits.map(({ item }) => item.analysis_id)).toEqual([ids[1], ids[2]]);
    expect(later.notes.at(-1)).toMatch(/^1 of your analyses cannot be compared yet/);
    expect((await find(ann, { analysis_id: ids[0]!, until: '2020-01-01' })).hits).toEqual([]);
  });

  it('lists nothing that looks unlike, and says which may be other desks', async () => {
    const ids = [await analyse(250), await analyse(120), await analyse(60)];
    for (const id of ids) await prepared(id);
    const { hits, notes } = await search({ analysis_id: ids[0] });
    expect(hits.map(({ item }) => item.analysis_id)).toEqual([ids[1]]);
    expect(notes).toEqual([
      'Of these 1, 1 may be other desks: photos of one desk have a similarity of 0.99 or more.',
      'Desks that look no more like it than any two photos do are left out.',
    ]);
  });

  it('hears the time in words that a model reads', async () => {
    const id = await analyse(250);
    await prepared(id);
    expect(await idsOf({ text: 'something red today', since: '1h' })).toEqual([id]);
    expect(await idsOf({ text: 'something red yesterday' })).toEqual([]);
  });

  it('knows names as rules do, and names those that nobody knows', async () => {
    const { rule } = await makeRule(
      journey.rules,
      { text: 'Keep mugs at least 12 cm from laptops', scope: 'mine' },
      { user: 'ann' },
    );
    const id = await analyse(10);
    expect(await idsOf({ about: ['coffee mugs', 'MacBook'], verdict: 'violated' })).toEqual([id]);
    const named = (request: object, code: string, message: RegExp) =>
      expect(search(request)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    await named({ about: ['mugs', 'computer'] }, 'VALIDATION_002', /^Is the computer a laptop or a monitor\?$/);
    await named({ objects: ['unicorn'] }, 'VALIDATION_002', /"unicorn" is no known object/);
    await named({ rule_id: 'rule_none' }, 'RULES_001', /no rule with this id/);
    await expect(
      journey.search.search(callOf('bob'), { rule_id: rule.rule_id, verdict: 'violated' }),
    ).rejects.toMatchObject({ code: 'RULES_001' });
    expect(await idsOf({ rule_id: rule.rule_id, verdict: 'satisfied' })).toEqual([]);
  });

  it('names what it cannot read and finds the rest; a store that is gone is an error', async () => {
    const ids = [await analyse(10), await analyse(20)];
    const { analyses } = journey.records;
    const get = analyses.get.bind(analyses);
    const { AppError } = await import('../../src/errors.ts');
    Object.assign(analyses, {
      get: async (id: string) => {
        if (id === ids[1]) throw new AppError('DB_003');
        return get(id);
      },
    });
    const found = await search({ objects: ['mug'] });
    expect([found.hits.map(({ item }) => item.analysis_id), found.unreadable]).toEqual([[ids[0]], [ids[1]]]);
    Object.assign(analyses, {
      get: async () => {
        throw new AppError('DB_001');
      },
    });
    await expect(search({ objects: ['mug'] })).rejects.toMatchObject({ code: 'DB_001' });
  });
});

describe('preparing', () => {
  it('makes older analyses findable, by terms and by looks', async () => {
    preparation.stop();
    const id = await analyse(10);
    const { analyses, vectors } = journey.records;
    const { withoutTerms, setTerms } = analyses;
    const without = new Set([id]);
    await setTerms(id, []);
    Object.assign(analyses, {
      withoutTerms: async (limit: number) => [...without, ...(await withoutTerms(limit))],
      setTerms: async (one: string, terms: string[]) => {
        without.delete(one);
        await setTerms(one, terms);
      },
    });
    expect(await search({ objects: ['mug'] })).toMatchObject({ hits: [], notes: [/older version/] });
    const again = startPreparation({
      records: journey.records,
      embedder: colours,
      blobs: journey.blobs,
      openStored: async (bytes) => ({ bytes, width: 640, height: 480 }) as never,
      bus: journey.bus,
      log: createLog('silent'),
    });
    await again.catchUp();
    again.stop();
    expect(await idsOf({ objects: ['mug'] })).toEqual([id]);
    expect((await vectors.of([id], 'colours')).size).toBe(1);
  });
});
