import { createRequire } from 'node:module';
import type sharpFunction from 'sharp';
import type { Sharp, SharpInput, SharpOptions } from 'sharp';

/** Only these decoders may open bytes of strangers; SVG is for our own drawings. Holds for the whole process. */
const LOADERS = ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp', 'VipsForeignLoadSvg'];

let loaded: typeof sharpFunction | undefined;

/** libvips is loaded when the first picture comes, since it takes about a fifth of the time of a start. */
export const sharp = ((...args: Parameters<typeof sharpFunction>) => loadSharp()(...args)) as {
  (options?: SharpOptions): Sharp;
  (input?: SharpInput | SharpInput[], options?: SharpOptions): Sharp;
};

/** Before the first picture, where there is time. */
export function loadSharp(): typeof sharpFunction {
  if (loaded === undefined) {
    loaded = createRequire(import.meta.url)('sharp') as typeof sharpFunction;
    loaded.block({ operation: ['VipsForeignLoad'] });
    loaded.unblock({ operation: LOADERS });
    // Each picture comes once: what libvips would keep of the last hundred is 50 MB for nothing.
    loaded.cache(false);
  }
  return loaded;
}
