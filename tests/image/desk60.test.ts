import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { createImageIntake } from '../../src/image/intake.ts';

const assets = resolve(process.env.H200_TEST_ASSETS ?? '../shared');
const folder = join(assets, 'photos', 'desk60');

it.skipIf(!existsSync(folder))(
  'opens every desk60 photo with its true size (skipped without H200_TEST_ASSETS)',
  async () => {
    const { images } = JSON.parse(readFileSync(join(folder, 'annotations.json'), 'utf8'));
    const sizes = new Map<string, [number, number]>(
      images.map((i: { file_name: string; width: number; height: number }) => [i.file_name, [i.width, i.height]]),
    );
    const intake = createImageIntake({ allowedRoots: [assets] });
    const photos = readdirSync(folder).filter((name) => name.endsWith('.jpg'));
    expect(photos).toHaveLength(60);
    for (const name of photos) {
      const { width, height, label } = await intake.open(join(folder, name));
      expect([width, height, label]).toEqual([...sizes.get(name)!, name]);
    }
  },
);
