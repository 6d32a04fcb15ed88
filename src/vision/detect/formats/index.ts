import type { ModelEntry } from '../../models/manifest.ts';
import { deim } from './deim.ts';
import { desk } from './desk.ts';
import type { OutputFormat } from './format.ts';
import { yolov8 } from './yolov8.ts';
import { yolox } from './yolox.ts';

/** A new family of models: one file beside these, one line here, its name in the manifest's schema. */
export const FORMATS: Readonly<Record<ModelEntry['format'], OutputFormat>> = { yolov8, yolox, deim, desk };
