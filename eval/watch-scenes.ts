import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { testAsset } from '../scripts/test-assets.ts';
import { seeScene } from '../src/analysis/pipeline.ts';
import { loadConfig } from '../src/config/config.ts';
import { AnalyzeRequest } from '../src/contract/analyze-request.ts';
import { readGradient } from '../src/image/gradient.ts';
import { AT_ONCE } from '../src/ports/computing.ts';
import { createLog } from '../src/telemetry/log.ts';
import { Metrics } from '../src/telemetry/metrics.ts';
import { createVision, type Vision } from '../src/vision/vision.ts';
import { FAINT } from '../src/watch/core/faint.ts';
import { deskCalibration } from './watch-calibration.ts';
import type { Seen, SequenceTruth } from './watch-events.ts';

let vision: Vision | null = null;

function detector(): Vision {
  const config = loadConfig({
    H200_MODELS_DIR: process.env.H200_MODELS_DIR ?? testAsset('models') ?? '',
    H200_TIMEOUT_MS: '600000',
  });
  vision ??= createVision({ config, metrics: new Metrics(), log: createLog('warn') });
  return vision;
}

/** One scene per frame, with the calibration that the camera had at the start, as a stored one. */
export async function measuredScenes(folder: string, truth: SequenceTruth, again: boolean): Promise<Seen[]> {
  const kept = `${folder}/scenes.json`;
  if (!again && existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8'));
  const first = truth.scenes[0]!;
  const { width, height } = first;
  const calibration = deskCalibration(truth);
  const scenes: Seen[] = [];
  for (const { file } of truth.frames) {
    const bytes = readFileSync(`${folder}/${file}`);
    const image = { sha256: '', format: 'jpeg' as const, bytes, width, height, focal35mm: null, label: file };
    const { scene, faint } = await seeScene(
      { detector: detector(), readGradient, computing: AT_ONCE },
      {
        request: AnalyzeRequest.parse({ image: file, calibration }),
        source: { image, width, height },
        calibration: null,
        signal: new AbortController().signal,
        step: () => {},
        faint: FAINT,
      },
    );
    scenes.push({ scene, faint });
  }
  writeFileSync(kept, JSON.stringify(scenes));
  return scenes;
}

export async function closeDetector(): Promise<void> {
  await vision?.close();
}
