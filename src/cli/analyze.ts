import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join, parse } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { Analysis } from '../contract/analysis.ts';
import type { AnalyzeRequest } from '../contract/analyze-request.ts';
import { Look } from '../contract/detection.ts';
import type { RuleDraft } from '../contract/rule.ts';
import { AppError, toAppError } from '../errors.ts';
import { DEFAULT_LIMITS } from '../image/limits.ts';
import { notUnderstood } from '../language/reading.ts';
import { describeAnalysis } from '../presentation/terminal.ts';
import type { Services } from '../services.ts';
import { call } from './caller.ts';
import { progressBar } from './progress-bar.ts';
import { withApp } from './with-app.ts';

interface Options {
  json?: boolean;
  annotate?: string;
  rule: string[];
  mmPerPixel?: number;
  threshold?: number;
  look?: Look;
  context?: string;
  imperial?: boolean;
  store: boolean;
}

function number(min: number, max: number) {
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !(value > min && value <= max)) {
      throw new InvalidArgumentError(`must be a number above ${min}, at most ${max}`);
    }
    return value;
  };
}

function look(text: string): Look {
  const read = Look.safeParse(text);
  if (!read.success) throw new InvalidArgumentError(`must be ${Look.options.join(' or ')}`);
  return read.data;
}

export const analyzeCommand = (done: (status: number) => void) =>
  new Command('analyze')
    .description('the whole journey once: what lies where, which rules hold, what to move')
    .argument('<image...>', 'files or https addresses')
    .option('--json', 'one JSON document on stdout: an analysis, or an array for several images')
    .option('--annotate <file>', 'write the annotated picture (or into a folder; several images need one)')
    .option(
      '--rule <sentence>',
      'a rule for this call only; may be repeated',
      (v: string, all: string[]) => [...all, v],
      [],
    )
    .option('--mm-per-pixel <number>', 'scale of the picture', number(0, 100))
    .option('--threshold <number>', 'least confidence, 0 to 1', number(0, 1))
    .option('--look <how>', 'once, or closer: six views of the picture, slower, errs less', look)
    .option('--context <word>', 'office, kitchen, …')
    .option('--imperial', 'feedback in inches')
    .option('--no-store', 'keep nothing')
    .action((images: string[], options: Options) =>
      withApp(
        async ({ services }) => {
          const extraRules = await Promise.all(options.rule.map((sentence) => readRule(services, sentence)));
          const bar = progressBar(images.length, options.json !== true);
          const failures: string[] = [];
          const results: Analysis[] = [];
          let worst = 0;
          for (const image of images) {
            try {
              const analysis = await services.analyses.analyze(call, await request(image, options, extraRules));
              results.push(analysis);
              if (!options.json && !bar.visible) process.stdout.write(describeAnalysis(image, analysis));
              if (options.annotate) await annotate(services, analysis, image, options.annotate, images.length > 1);
            } catch (thrown) {
              const error = toAppError(thrown);
              worst = Math.max(worst, error.http >= 500 ? 1 : 2);
              failures.push(`${image}: ${error.code}: ${error.message} ${error.advice}`);
            }
            bar.advance();
          }
          bar.stop();
          if (options.json)
            process.stdout.write(`${JSON.stringify(images.length > 1 ? results : (results[0] ?? null), null, 2)}\n`);
          else if (bar.visible)
            for (const [i, analysis] of results.entries())
              process.stdout.write(describeAnalysis(images[i] ?? '', analysis));
          for (const failure of failures) process.stderr.write(`${failure}\n`);
          done(worst);
        },
        { LOG_LEVEL: process.env.LOG_LEVEL || 'warn' },
      ),
    );

async function readRule(services: Services, sentence: string): Promise<RuleDraft> {
  const result = await services.rules.read(call, { text: sentence });
  if (result.ok) return result.draft;
  throw notUnderstood(result);
}

/** A person who types a path may read it, wherever it lies; limits and checks are those of every upload. */
async function request(image: string, options: Options, extraRules: RuleDraft[]): Promise<AnalyzeRequest> {
  const remote = /^https?:\/\//.test(image);
  const source = remote ? { image } : { image: basename(image), bytes: await readImageFile(image) };
  return {
    ...source,
    extra_rules: extraRules,
    store: options.store || options.annotate !== undefined,
    ...(options.threshold !== undefined && { threshold: options.threshold }),
    ...(options.look !== undefined && { look: options.look }),
    ...(options.mmPerPixel !== undefined && { calibration: { mm_per_pixel: options.mmPerPixel } }),
    ...(options.context !== undefined && { context: options.context }),
    ...(options.imperial && { units: 'imperial' as const }),
  };
}

async function readImageFile(path: string): Promise<Buffer> {
  const info = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('VALIDATION_006', {
      message: cause.code === 'ENOENT' ? 'There is no such file.' : 'The file cannot be read.',
      advice: 'Give the path of a JPEG, PNG or WebP file.',
      cause,
    });
  });
  if (!info.isFile()) {
    throw new AppError('VALIDATION_006', {
      message: 'This is not a file.',
      advice: 'Give the path of a JPEG, PNG or WebP file.',
    });
  }
  if (info.size > DEFAULT_LIMITS.maxBytes) throw new AppError('VALIDATION_004', { details: { bytes: info.size } });
  return readFile(path);
}

async function annotate(services: Services, analysis: Analysis, image: string, target: string, several: boolean) {
  const picture = await services.analyses.picture(call, analysis.analysis_id, { maxSize: 4096 });
  const folder = several || ((await stat(target).catch(() => null))?.isDirectory() ?? false);
  const file = folder ? join(target, `${parse(image).name}.annotated.jpg`) : target;
  try {
    if (several) await mkdir(target, { recursive: true });
    await writeFile(file, picture.bytes);
  } catch (cause) {
    throw new AppError('VALIDATION_001', {
      message: `The annotated picture cannot be written: ${(cause as Error).message}.`,
      advice: 'Give --annotate a file, or a folder, that may be written.',
      cause,
    });
  }
  process.stderr.write(`annotated picture: ${file} (${picture.width} x ${picture.height})\n`);
}
