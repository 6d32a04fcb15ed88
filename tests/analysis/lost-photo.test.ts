import { appendFileSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { localCall } from '../support/caller.ts';
import { openJourney, plainPhoto } from '../support/journey.ts';

let journey: ReturnType<typeof openJourney>;
beforeEach(() => {
  journey = openJourney();
});
afterEach(() => journey.close());

const stored = () =>
  readdirSync(join(journey.folder, 'blobs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));

it.each<[string, (file: string) => void]>([
  ['lost', (file) => rmSync(file)],
  ['cut short', (file) => truncateSync(file, 300)],
  ['rubbish in its head', (file) => truncateSync(file, 3)],
  ['longer than it was', (file) => appendFileSync(file, 'x')],
])('a photo that is %s comes back as the error says, by analysing it again', async (_what, harm) => {
  const bytes = await plainPhoto();
  const { analysis_id: id } = await journey.service.analyze(localCall, { bytes });
  const [file, ...more] = stored();
  expect([typeof file, more]).toEqual(['string', []]);
  harm(file!);
  await expect(journey.service.photo(localCall, id)).rejects.toMatchObject({ code: 'STORAGE_002' });
  const again = await journey.service.analyze(localCall, { bytes });
  expect(again.cached).toBe(false);
  for (const one of [id, again.analysis_id]) {
    expect((await journey.service.photo(localCall, one)).bytes.length).toBeGreaterThan(100);
  }
  expect((await journey.service.analyze(localCall, { bytes })).cached).toBe(true);
});
