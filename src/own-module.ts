import { PACKAGE_ROOT } from './version.ts';

/** What threads and processes of ours start from, seen from `src/`: each is a file of its own in the build. */
export const OWN_MODULES = [
  'computing/thread',
  'image/bare/thread',
  'image/decode/decoder-process',
  'image/markers/thread',
  'storage/sqlite/thread/worker',
  'vision/detect/detection-task',
  'vision/embed/clip/image-task',
  'vision/embed/clip/text-task',
  'vision/embed/embedding-task',
  'vision/runtime/worker',
] as const;

export type OwnModule = (typeof OWN_MODULES)[number];

const inSources = import.meta.url.endsWith('.ts');

/** Where the file lies, in the sources and in the build. */
export const ownModule = (name: OwnModule): URL =>
  new URL(inSources ? `src/${name}.ts` : `dist/src/${name}.js`, PACKAGE_ROOT);
