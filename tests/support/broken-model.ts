import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OURS = fileURLToPath(new URL('../../models/desk-detector.onnx', import.meta.url));

/** A folder for H200_MODELS_DIR whose detector has the right size and the wrong bytes, as after a bad disk. */
export function brokenModel(folder: string): string {
  const bytes = readFileSync(OURS);
  bytes.fill(0, Math.floor(bytes.length / 2));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'desk-detector.onnx'), bytes);
  return folder;
}
