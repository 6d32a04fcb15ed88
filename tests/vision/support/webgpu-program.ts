import { startVision } from './started.ts';
import { plain, tinyDesk, tinyEntry } from './tiny-desk.ts';

/**
 * One process with two models on WebGPU: prints a line of JSON when both have answered and closed. With the argument
 * "probe" one model alone. Apart from the tests because what goes wrong ends the process.
 */
const probe = process.argv[2] === 'probe';
const bytes = [tinyDesk({ work: 4 }), tinyDesk({ work: 4, inputName: 'other' })];
const entries = [
  tinyEntry(bytes[0]!, { classes: ['cup', ...Array(12).fill('tv')] }),
  tinyEntry(bytes[1]!, { name: 'desk-detector', file: 'desk.onnx', rank: 50, companion: ['coaster', 'desk_mat'] }),
];
const models = entries.map((entry, i) => ({ entry, bytes: bytes[i]! })).slice(0, probe ? 1 : 2);
const { vision, stop } = startVision(models, { env: { H200_PROVIDER: 'webgpu', H200_WORKERS: '4' } });
try {
  const images = await Promise.all([250, 200, 150, 100, 50].map((grey) => plain([grey, grey, grey])));
  const results = await Promise.all(images.map((image) => vision.detect(image, { threshold: 0 })));
  const seen = results.map(({ detections }) => Math.round(255 * detections[0]!.confidence));
  process.stdout.write(JSON.stringify({ seen, workers: vision.report().map((m) => m.workers) }));
} finally {
  await stop();
}
