import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { loadConfig } from '../../src/config/config.ts';
import type { Image } from '../../src/image/image.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { Metrics } from '../../src/telemetry/metrics.ts';
import { ModelDetector } from '../../src/vision/detect/model-detector.ts';
import { ModelsStore } from '../../src/vision/models/models-store.ts';

/** What the checks on a GPU machine share. Results are lines of JSON: a step that is cut loses only what it was doing. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

export function write(file: string, result: object): void {
  const line = JSON.stringify(result);
  appendFileSync(file, `${line}\n`);
  console.log(line);
}

export function configFor(provider: string, more: Record<string, string> = {}) {
  return loadConfig({
    ...process.env,
    H200_PROVIDER: provider,
    H200_TIMEOUT_MS: '120000',
    LOG_LEVEL: 'error',
    ...more,
  });
}

export function detectorFor(provider: string, model: string, more: Record<string, string> = {}): ModelDetector {
  const config = configFor(provider, { H200_MODEL: model, ...more });
  return new ModelDetector(new ModelsStore(config).select(), {
    config,
    metrics: new Metrics(),
    log: createLog('error'),
  });
}

export async function loadImage(name: string): Promise<Image> {
  const bytes = readFileSync(join(root, name));
  const { width, height } = await sharp(bytes).metadata();
  return { sha256: '', format: 'jpeg', bytes, width, height, focal35mm: null, label: name };
}

export async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const start = performance.now();
  const result = await work();
  return [result, performance.now() - start];
}

export const round = (value: number, digits = 2) => Number(value.toFixed(digits));

export const message = (error: unknown) => {
  const details = error instanceof Error && 'details' in error ? ` ${JSON.stringify(error.details)}` : '';
  return `${error instanceof Error ? error.message : String(error)}${details}`.slice(0, 1500);
};
