import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { corpusFiles } from '../support/corpus.ts';
import { hostileImages } from '../support/hostile-images.ts';
import { eachOf } from '../support/in-turn.ts';
import { tryImage } from '../support/photo-case.ts';
import { shareOf } from '../support/random.ts';
import { seeds } from '../support/seeds.ts';
import type { AttackSet } from '../support/set.ts';
import { StdioProduct } from '../support/stdio.ts';

/** Broken, odd and lying image files: Pillow's own where they are at hand, and damage of ours. */
export const hostileImageSet: AttackSet = {
  id: 'S1',
  title: 'hostile images',
  bounds: { maxMs: 30_000, maxRssMb: 1500 },
  async run(tally, options) {
    const files = corpusFiles(options, 'pillow').filter((file) => statSync(file).size < 30_000_000);
    tally.note(
      files.length > 0 ? `${files.length} files of Pillow's tests and ours` : 'generated; no Pillow files at hand',
    );
    const ours = hostileImages(await seeds());
    const product = await StdioProduct.open(tally);
    try {
      await eachOf(shareOf(ours, options.share, 12), 3, ({ name, bytes }) => tryImage(tally, product, name, bytes));
      await eachOf(shareOf(files, options.share, 0), 3, (file) =>
        tryImage(tally, product, basename(file), readFileSync(file)),
      );
    } finally {
      await product.stop();
    }
  },
};
