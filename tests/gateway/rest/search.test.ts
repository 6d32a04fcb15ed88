import { afterAll, beforeAll, expect, it } from 'vitest';
import { modern } from '../raw-http.ts';
import { type RestServer, startRest } from './rest-server.ts';

const API = '/api/v1';
const desk = (mug: number, mm_per_pixel: number) => ({
  detections: [
    { class: 'mug', bbox: [mug, 260, mug + 60, 330] },
    { class: 'laptop', bbox: [220, 160, 520, 340] },
  ],
  size: { width: 640, height: 480 },
  mm_per_pixel,
});

let server: RestServer;
const ids: string[] = [];
beforeAll(async () => {
  server = await startRest();
  await server.ask('POST', `${API}/rules`, { text: 'Keep mugs at least 10 cm from laptops' });
  for (const [mug, scale] of [
    [150, 1],
    [10, 4],
  ] as const) {
    ids.push((await server.ask('POST', `${API}/analyze/with-feedback`, desk(mug, scale))).body.analysis_id);
  }
});
afterAll(() => server.close());

const found = async (query: string) => {
  const { status, body } = await server.ask('GET', `${API}/search?${query}`);
  return status === 200 ? body.results.map((one: { analysis_id: string }) => one.analysis_id) : body.error.code;
};

it('finds by the address alone, as the tool does', async () => {
  expect(await found('')).toEqual(ids.toReversed());
  expect(await found('about=mug,laptop&operator=min_distance')).toEqual([ids[0]]);
  expect(await found('about=mugs&about=laptop&verdict=satisfied')).toEqual([ids[1]]);
  expect(await found(`text=${encodeURIComponent('when was a mug last too close to a laptop?')}`)).toEqual([ids[0]]);
  expect(await found('objects=mug&since=1h&limit=1')).toEqual([ids[1]]);
  expect(await found('objects=phone')).toEqual([]);
  const { body } = await server.ask('GET', `${API}/search?objects=mug&limit=1`);
  expect(await found(`objects=mug&limit=1&cursor=${body.next_cursor}`)).toEqual([ids[0]]);
  const called = modern('tools/call', {
    name: 'search_analyses',
    arguments: { about: ['mug', 'laptop'], operator: 'min_distance' },
  });
  const { result } = (await server.ask('POST', '/mcp', String(called.body), called.headers as never)).body;
  expect(result.structuredContent.results[0]).toMatchObject({
    analysis_id: ids[0],
    uri: `analysis://${ids[0]}`,
    why: [expect.stringContaining('violated: ')],
  });
  expect(result.content).toContainEqual(
    expect.objectContaining({ type: 'resource_link', uri: `analysis://${ids[0]}`, name: ids[0] }),
  );
});

it.each([
  ['about=a,b,c', 'VALIDATION_002'],
  ['verdict=perhaps', 'VALIDATION_002'],
  ['operator[$ne]=x', 'VALIDATION_002'],
  ['since=soon', 'VALIDATION_002'],
  ['text=%00', 'VALIDATION_002'],
  ['cursor=abc', 'VALIDATION_002'],
  ['limit=1e9', 'VALIDATION_002'],
  ['image=/etc/passwd', 'VALIDATION_002'],
  [`rule_id=${encodeURIComponent("' OR 1=1")}`, 'VALIDATION_002'],
  ['analysis_id=ana_none', 'ANALYSIS_008'],
  ['objects=__proto__', 'VALIDATION_002'],
  ['objects=constructor,toString', 'VALIDATION_002'],
])('%s is %s', async (query, outcome) => {
  expect(await found(query)).toEqual(outcome);
});

it('what looks alike needs a kept image, and says so; a picture as an example needs one that may be read', async () => {
  expect(await found(`analysis_id=${ids[0]}`)).toBe('VALIDATION_002');
  const { body } = await server.ask('POST', `${API}/search`, { image: '/etc/passwd' });
  expect(body.error.code).toBe('VALIDATION_007');
  const photo = `data:image/png;base64,${Buffer.from('no picture').toString('base64')}`;
  expect((await server.ask('POST', `${API}/search`, { image: photo })).status).toBeLessThan(500);
});
