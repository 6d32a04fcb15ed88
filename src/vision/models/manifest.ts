import * as z from 'zod';
import { Inference } from '../../contract/detection.ts';
import { MOST_DETECTIONS } from '../../contract/known-detections.ts';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');
const FileName = z.string().regex(/^[\w][\w.-]*\.onnx$/, 'must be a plain name that ends in .onnx');

/** How an upright image becomes the model's input tensor. */
export const ModelInput = z.strictObject({
  size: z.int().min(32).max(2048).describe('side of the square input, pixels'),
  fit: z.enum(['letterbox-centre', 'letterbox-top-left', 'stretch']),
  channels: z.enum(['rgb', 'bgr']),
  scale: z.enum(['unit', 'raw']).describe('unit: 0..1, raw: 0..255'),
  layout: z.enum(['nchw', 'nhwc']),
  dtype: z.enum(['float32', 'uint8']),
  pad: z.int().min(0).max(255).describe('grey value around a letterboxed image'),
});
export type ModelInput = z.infer<typeof ModelInput>;

const Score = z.number().min(0).max(1);

/** Root mean square error of a box edge over the size of the true box on that axis, of `n` edges. */
const EdgeNoise = z.strictObject({
  sigma: z.number().positive().max(1),
  n: z.int().positive(),
  at: Score.optional().describe('the score that sigma holds at, see by_score'),
});
export type EdgeNoiseEntry = z.infer<typeof EdgeNoise>;

export const MeasuredBoxNoise = z.strictObject({
  source: z.string().describe('what it was measured on'),
  all: EdgeNoise.describe('every matched box'),
  classes: z.record(z.string(), EdgeNoise).describe('by class name of ours, where there were enough boxes'),
  by_score: z
    .strictObject({ fall: z.number().positive().max(10), from: Score, to: Score })
    .optional()
    .describe('sigma * exp(fall * (at - score)), scores cut to from..to; absent: no fall was measured'),
});

/** Of `n` objects that were there, the share that the model found at its thresholds. */
const MeasuredShare = z.strictObject({ recall: z.number().min(0).max(1), n: z.int().positive() });

export const MeasuredRecall = z.strictObject({
  source: z.string().describe('what it was measured on'),
  classes: z.record(z.string(), MeasuredShare).describe('by class name of ours'),
});

const ClassThresholds = z.record(z.string(), z.number().min(0).max(1));

export const ModelEntry = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/),
  title: z.string(),
  version: z.string(),
  file: FileName,
  bytes: z.int().positive().nullable().describe('null: not known, the hash alone decides'),
  sha256: Sha256,
  alternatives: z
    .array(z.strictObject({ bytes: z.int().positive().nullable(), sha256: Sha256, note: z.string() }))
    .default([])
    .describe('other files that hold the same weights'),
  urls: z.array(z.url({ protocol: /^https?$/ })).default([]),
  licence: z.string(),
  opt_in: z.boolean().default(false).describe('true: used only when H200_MODEL names it'),
  notice: z.string().nullable().default(null).describe('what a user must accept before it is fetched'),
  note: z.string().nullable().default(null),
  warning: z.string().max(120).nullable().default(null).describe('said with every answer that used this model'),
  companion: z
    .array(z.string().min(1))
    .default([])
    .describe('classes that it adds to what a better model finds, which does not know them; only those it is good at'),
  format: z.enum(['yolov8', 'yolox', 'deim', 'desk']),
  input: ModelInput,
  classes: z.union([z.literal('coco80'), z.array(z.string().min(1)).min(1).max(2000)]),
  threshold: z.number().min(0).max(1),
  class_thresholds: ClassThresholds.default({}).describe(
    'by class name of ours, where another one than `threshold` holds; a call with its own threshold overrules all',
  ),
  nms_iou: z.number().min(0).max(1).nullable().describe('null: the graph has removed duplicates already'),
  max_detections: z.int().min(1).max(MOST_DETECTIONS).default(100),
  box_noise: MeasuredBoxNoise.nullable().describe('null: not measured'),
  recall: MeasuredRecall.nullable()
    .default(null)
    .describe('null: not measured, so what is not seen proves nothing by its absence'),
  inference: Inference.default('single').describe('how it runs when the call does not say'),
  tiled: z
    .strictObject({
      class_thresholds: ClassThresholds.default({}).describe('where others hold for it'),
      box_noise: MeasuredBoxNoise,
      recall: MeasuredRecall,
    })
    .nullable()
    .default(null)
    .describe('what of the above is different in tiled inference'),
  embedding: z
    .strictObject({
      output: z.string().min(1).describe('of the graph'),
      dimensions: z.int().min(2).max(1024),
      centre: z
        .array(z.number())
        .nullable()
        .default(null)
        .describe('taken away before two are compared: the mean of many'),
      same_desk: z
        .number()
        .min(-1)
        .max(1)
        .nullable()
        .describe('two pictures that are as alike show one desk; null: not measured'),
      source: z.string().describe('what that was measured on'),
    })
    .nullable()
    .default(null)
    .describe('what a picture looks like, as the graph says it besides the boxes'),
  rank: z.number().describe('the lowest rank of the installed models is used'),
});
export type ModelEntry = z.infer<typeof ModelEntry>;

/** One of the files of an encoder. */
export const EncoderFile = z.strictObject({
  file: z.string().regex(/^[\w][\w.-]*\.(onnx|json)$/, 'must be a plain name that ends in .onnx or .json'),
  bytes: z.int().positive().nullable(),
  sha256: Sha256,
  urls: z.array(z.url({ protocol: /^https?$/ })).default([]),
});
export type EncoderFile = z.infer<typeof EncoderFile>;

/** A model that puts pictures and words into one space: CLIP. */
export const EncoderEntry = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/),
  title: z.string(),
  version: z.string(),
  licence: z.string(),
  note: z.string().nullable().default(null),
  dimensions: z.int().min(2).max(1024),
  same_desk: z.number().min(-1).max(1).nullable().describe('as of the embedding of a detector'),
  image: EncoderFile,
  text: EncoderFile,
  tokenizer: EncoderFile,
});
export type EncoderEntry = z.infer<typeof EncoderEntry>;

export const Manifest = z
  .strictObject({
    $schema: z.string().optional(),
    models: z.array(ModelEntry),
    encoders: z.array(EncoderEntry).default([]),
  })
  .refine((m) => new Set(m.models.map((e) => e.name)).size === m.models.length, 'two models have the same name');
export type Manifest = z.infer<typeof Manifest>;
