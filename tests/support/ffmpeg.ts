import { spawnSync } from 'node:child_process';

/** A machine may lack it, and the product runs without: tests that need it say so and are left out. */
export const HAS_FFMPEG = / libx264 /.test(
  spawnSync('ffmpeg', ['-hide_banner', '-encoders'], { encoding: 'utf8' }).stdout ?? '',
);
