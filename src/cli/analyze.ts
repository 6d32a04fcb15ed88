import { basename } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { inFormat } from '../annotate/format.ts';
import type { AnalyzeRequest } from '../contract/analyze-request.ts';
import { MmPerPixel, SCALE_LIMITS } from '../contract/calibration.ts';
import { Inference } from '../contract/detection.ts';
import { PRIORITIES, type Priority, SpelledPriority, urgent } from '../contract/priority.ts';
import type { RuleDraft } from '../contract/rule.ts';
import { toAppError } from '../errors.ts';
import { notUnderstood } from '../language/reading.ts';
import { printableJson } from '../plain-text.ts';
import { describeAnalysis } from '../presentation/terminal.ts';
import type { Services } from '../services.ts';
import { call } from './caller.ts';
import { type ImageFile, imageFiles } from './image-files.ts';
import { exitStatus, type Outcome, outcomeDocument, outcomeNote } from './outcome.ts';
import { photoPath } from './photo-path.ts';
import { progressBar } from './progress-bar.ts';
import { readImage } from './read-image.ts';
import { addRequestOptions, type RequestOptions, requestFields } from './request-options.ts';
import { print, tellLine } from './terminal.ts';
import { withApp } from './with-app.ts';
import { imageWriter } from './write-image.ts';

interface Options extends RequestOptions {
  json?: boolean;
  annotate?: string;
  rule: string[];
  mmPerPixel?: number;
  threshold?: number;
  inference?: Inference;
  context?: string;
  priority?: Priority;
  imperial?: boolean;
  store: boolean;
}

/** As JSON writes numbers: "0x10" is none. */
const decimal = (text: string): number =>
  /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN;

function number(min: number, max: number) {
  return (text: string): number => {
    const value = decimal(text);
    if (!(value > min && value <= max)) {
      throw new InvalidArgumentError(`must be a number above ${min}, at most ${max}`);
    }
    return value;
  };
}

function scale(text: string): number {
  const read = MmPerPixel.safeParse(decimal(text));
  if (read.success) return read.data;
  throw new InvalidArgumentError(`must be a number from ${SCALE_LIMITS.min} to ${SCALE_LIMITS.max}`);
}

function priority(text: string): Priority {
  const read = SpelledPriority.safeParse(text);
  if (read.success) return read.data;
  throw new InvalidArgumentError(`must be one of ${PRIORITIES.join(', ')}`);
}

function inference(text: string): Inference {
  const read = Inference.safeParse(text);
  if (!read.success) throw new InvalidArgumentError(`must be ${Inference.options.join(' or ')}`);
  return read.data;
}

/** What the input is called when there is none but the caller's own detections. */
const nameOf = (image: string | null) => image ?? 'detections';

export const analyzeCommand = (done: (status: number) => void) => addRequestOptions(command(done));

const command = (done: (status: number) => void) =>
  new Command('analyze')
    .description('the whole journey once: what lies where, which rules hold, what to move')
    .argument('[image...]', 'files or https addresses; none with --detections and --size')
    .option(
      '--json',
      'one JSON document on stdout: the analysis, or for several images an array of { input, analysis | error }',
    )
    .option(
      '--annotate <file>',
      'write the annotated image: .jpg, .png, .webp, or into a folder (several images need one); replaces no file but an annotated image',
    )
    .option(
      '--rule <sentence>',
      'a rule for this call only; may be repeated',
      (v: string, all: string[]) => [...all, v],
      [],
    )
    .addOption(
      new Option('--mm-per-pixel <number>', 'scale of the image, in place of a calibration')
        .argParser(scale)
        .conflicts(['calibration', 'calibrationId']),
    )
    .option('--threshold <number>', 'least confidence, 0 to 1', number(0, 1))
    .option(
      '--inference <how>',
      "tiled: six views of the image, errs less; single: a third of the time; default: the model's own",
      inference,
    )
    .option('--context <word>', 'office, kitchen, …')
    .option(
      '--priority <how>',
      `${PRIORITIES.join(', ')}; taken as on the other surfaces: this command computes itself and waits for nobody`,
      priority,
    )
    .option('--imperial', 'text in inches beside millimetres')
    .option('--no-store', 'keep nothing (with --annotate the analysis is kept)')
    .action((given: string[], options: Options, analyze: Command) => {
      if (given.length === 0 && (options.detections === undefined || options.size === undefined)) {
        analyze.error("error: missing required argument 'image' (or give --detections and --size)");
      }
      const images: readonly (string | null)[] = given.length > 0 ? given : [null];
      return withApp(
        async ({ services }) => {
          const inputs = options.annotate === undefined ? [] : await filesOf(images.map(nameOf));
          const files = options.annotate === undefined ? [] : imageFiles(options.annotate, inputs);
          const write = imageWriter(inputs);
          const extraRules = await Promise.all(options.rule.map((sentence) => readRule(services, sentence)));
          const bar = progressBar(images.length, options.json !== true);
          const outcomes: Outcome[] = [];
          for (const [i, image] of images.entries()) {
            const outcome = await analyzeOne(services, image, options, extraRules, files[i] ?? null, write);
            outcomes.push(outcome);
            bar.advance();
            if (!bar.visible && !options.json) show(outcome, options);
          }
          bar.stop();
          if (options.json) print(`${printableJson(outcomeDocument(outcomes), 2)}\n`);
          if (options.json || bar.visible) for (const outcome of outcomes) show(outcome, options);
          done(exitStatus(outcomes));
        },
        { LOG_LEVEL: process.env.LOG_LEVEL || 'warn' },
      );
    });

async function analyzeOne(
  services: Services,
  image: string | null,
  options: Options,
  extraRules: RuleDraft[],
  file: ImageFile | null,
  write: ReturnType<typeof imageWriter>,
): Promise<Outcome> {
  const input = nameOf(image);
  try {
    const analysis = await services.analyses.analyze(
      urgent(call, options.priority),
      await request(image, options, extraRules),
    );
    if (file) await write(file.path, await annotatedBytes(services, analysis.analysis_id, file));
    return { input, analysis, annotatedFile: file?.path ?? null };
  } catch (thrown) {
    return { input, error: toAppError(thrown) };
  }
}

function show(outcome: Outcome, options: Options): void {
  if ('analysis' in outcome && !options.json) {
    const text = describeAnalysis(outcome.input, outcome.analysis);
    print(text);
  }
  const note = outcomeNote(outcome);
  if (note !== null) tellLine(note);
}

async function readRule(services: Services, sentence: string): Promise<RuleDraft> {
  const result = await services.rules.read(call, { text: sentence });
  if (result.ok) return result.draft;
  throw notUnderstood(result);
}

async function request(image: string | null, options: Options, extraRules: RuleDraft[]): Promise<AnalyzeRequest> {
  return {
    ...(image === null ? {} : isRemote(image) ? { image } : await fromFile(image)),
    ...requestFields(options),
    extra_rules: extraRules,
    store: options.store || options.annotate !== undefined,
    ...(options.threshold !== undefined && { threshold: options.threshold }),
    ...(options.inference !== undefined && { inference: options.inference }),
    ...(options.mmPerPixel !== undefined && { calibration: { mm_per_pixel: options.mmPerPixel } }),
    ...(options.context !== undefined && { context: options.context }),
    ...(options.imperial && { units: 'imperial' as const }),
  };
}

const isRemote = (image: string) => /^https?:\/\//i.test(image);

async function fromFile(image: string): Promise<AnalyzeRequest> {
  const { path, warnings } = await photoPath(image);
  for (const warning of warnings) tellLine(`${image}: ${warning}`);
  return { image: basename(path), bytes: await readImage(path) };
}

/** What each input means on this disk, so that no photo is overwritten; one that cannot be meant stays as it is. */
function filesOf(images: readonly string[]): Promise<string[]> {
  const fileOf = async (image: string) => (isRemote(image) ? image : (await photoPath(image)).path);
  return Promise.all(images.map((image) => fileOf(image).catch(() => image)));
}

async function annotatedBytes(services: Services, id: string, { format }: ImageFile): Promise<Buffer> {
  return (await inFormat(await services.analyses.annotatedImage(call, id, { maxSize: 4096 }), format)).bytes;
}
