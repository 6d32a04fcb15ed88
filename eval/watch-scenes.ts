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

/** `public`: with the public models that `h200-mug models fetch` brings; `own`: with what comes with the program alone. */
export const INSTALLED = ['public', 'own'] as const;
export type Installed = (typeof INSTALLED)[number];

export function openDetector(installed: Installed): Vision {
  const pulled = process.env.H200_MODELS_DIR ?? testAsset('models');
  if (installed === 'public' && pulled === null) {
    throw new Error('the public models are missing: set H200_MODELS_DIR, or measure with --models own');
  }
  const config = loadConfig({ H200_MODELS_DIR: installed === 'own' ? '' : (pulled ?? ''), H200_TIMEOUT_MS: '600000' });
  return createVision({ config, metrics: new Metrics(), log: createLog('warn') });
}

interface From {
  readonly installed: Installed;
  readonly detector: Vision;
  readonly again: boolean;
}

/** One scene per frame, with the calibration that the camera had at the start, as a stored one. */
export async function measuredScenes(
  folder: string,
  truth: SequenceTruth,
  { installed, detector, again }: From,
): Promise<Seen[]> {
  const kept = `${folder}/scenes-${installed}.json`;
  if (!again && existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8'));
  const first = truth.scenes[0]!;
  const { width, height } = first;
  const calibration = deskCalibration(truth);
  const scenes: Seen[] = [];
  for (const { file } of truth.frames) {
    const bytes = readFileSync(`${folder}/${file}`);
    const image = { sha256: '', format: 'jpeg' as const, bytes, width, height, focal35mm: null, label: file };
    const { scene, faint } = await seeScene(
      { detector, readGradient, computing: AT_ONCE },
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
