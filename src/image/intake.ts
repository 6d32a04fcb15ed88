import { type BigIntStats, lstatSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '../errors.ts';
import { sha256 } from '../sha256.ts';
import { decodeBase64 } from './base64.ts';
import type { FetchOptions } from './download.ts';
import { type ImageFile, openImageFile } from './file.ts';
import { readHeader } from './header.ts';
import type { Image, ImageIntake } from './image.ts';
import { type ImageFacts, KnownImages } from './known-images.ts';
import { cleanLabel } from './label.ts';
import { DEFAULT_LIMITS, type ImageLimits } from './limits.ts';
import { LocalDisks } from './local-disk.ts';
import { isPlainlyAllowed, locate } from './locate.ts';
import { requireFormat } from './magic.ts';
import { readingsOfFileUrl, readingsOfPath } from './readings.ts';
import { LONGEST_PATH, parseSource, type Source } from './source.ts';
import { requireComplete } from './structure.ts';
import { tooLarge } from './too-large.ts';

export interface IntakeOptions extends Partial<ImageLimits> {
  /** Folders whose files may be read. */
  readonly allowedRoots: readonly string[];
  readonly fetch?: FetchOptions;
  /** Bytes of the image of an earlier analysis, null when there is none. */
  readonly resolveHandle?: (id: string) => Promise<Buffer | null>;
}

interface Loaded {
  readonly bytes: Buffer;
  readonly name: string;
  readonly warnings?: readonly string[];
  readonly file?: Pick<ImageFile, 'real' | 'state'>;
}

/** The HTTP client takes a tenth of a second to load; most images are files. */
const web = () => import('./download.ts');

/** The only way in for images. Nothing is decoded; the size comes from the header. */
export function createImageIntake(options: IntakeOptions): ImageIntake {
  const limits: ImageLimits = { ...DEFAULT_LIMITS, ...options };
  const known = new KnownImages();
  const disks = new LocalDisks();

  /**
   * Of a known file on a disk of this machine, named as it is known: the disk answers in some microseconds, in which no
   * other thread is woken. Null: to be looked at like any other.
   */
  function lookHere(written: string, roots: readonly string[]): BigIntStats | null {
    if (!known.isLocal(written) || !isPlainlyAllowed(written, roots)) return null;
    return lstatSync(written, { bigint: true, throwIfNoEntry: false }) ?? null;
  }

  async function fromBytes(given: Uint8Array, label = 'bytes'): Promise<Image> {
    if (given.length > limits.maxBytes) throw tooLarge(limits.maxBytes);
    const format = requireFormat(given);
    // A copy would cost little, but the caller hands the bytes over: they are shared, not changed.
    const bytes = Buffer.isBuffer(given) ? given : Buffer.from(given.buffer, given.byteOffset, given.length);
    const hash = await sha256(bytes);
    const facts = known.ofBytes(hash) ?? (await readFacts(bytes, format, hash));
    return { ...facts, bytes, label: cleanLabel(label) };
  }

  async function readFacts(bytes: Buffer, format: Image['format'], hash: string): Promise<ImageFacts> {
    const warnings = requireComplete(bytes, format);
    const header = await readHeader(bytes, format, limits);
    const facts = { sha256: hash, format, ...header, ...(warnings.length > 0 && { warnings }) };
    known.add(facts);
    return facts;
  }

  async function load(source: Source, roots: readonly string[], signal?: AbortSignal): Promise<Loaded> {
    switch (source.kind) {
      case 'path':
      case 'file-url': {
        const { bytes, name, warnings, ...file } = await openImageFile(readingsOf(source), roots, limits.maxBytes);
        return { bytes, name, warnings, file };
      }
      case 'web': {
        const { download } = await web();
        const bytes = await download(source.url, limits.maxBytes, options.fetch, signal);
        return { bytes, name: URL.parse(source.url)?.hostname ?? 'web' };
      }
      case 'data-url':
        return { bytes: decodeBase64(source.base64, limits.maxBytes), name: 'data URL' };
      case 'base64':
        return { bytes: decodeBase64(source.base64, limits.maxBytes), name: 'base64 data' };
      case 'handle':
        return { bytes: await resolveHandle(source.id), name: source.id };
    }
  }

  async function resolveHandle(id: string): Promise<Buffer> {
    const bytes = (await options.resolveHandle?.(id)) ?? null;
    if (bytes !== null) return bytes;
    throw new AppError('ANALYSIS_008', {
      message: 'There is no earlier analysis with this id whose image was kept.',
      advice: 'List recent analyses, or pass the image itself: a path, an https URL, a data URL or base64.',
      details: { id },
    });
  }

  const rootsFor = (context: { readonly roots?: readonly string[] }) => [
    ...new Set([...options.allowedRoots, ...(context.roots ?? [])]),
  ];

  return {
    fromBytes,
    async recall(named, context = {}) {
      if (named.length > LONGEST_PATH) return null;
      const source = parseSource(named);
      if (source.kind !== 'path' && source.kind !== 'file-url') return null;
      const readings = readingsOf(source);
      // Most paths have no links and are meant as they are written: then both looks go at the same time.
      const [written = ''] = readings.paths;
      const roots = rootsFor(context);
      const here = readings.paths.length === 1 ? lookHere(written, roots) : null;
      if (here !== null) {
        const facts = known.ofFile(written, here);
        return facts === undefined ? null : { ...facts, label: cleanLabel(basename(written)) };
      }
      const looked = known.hasFile(written) ? lstat(written, { bigint: true }) : null;
      looked?.catch(() => undefined);
      const { real, name, warnings } = await locate(readings, roots);
      const facts = known.ofFile(real, await ((real === written && looked) || lstat(real, { bigint: true })));
      if (facts === undefined) return null;
      return { ...withWarnings(facts, warnings), label: cleanLabel(name) };
    },
    async open(source, context = {}) {
      if (context.signal?.aborted) throw new AppError('ANALYSIS_006');
      const roots = rootsFor(context);
      const { bytes, name, warnings = [], file } = await load(parseSource(source), roots, context.signal);
      if (context.signal?.aborted) throw new AppError('ANALYSIS_006');
      const image = await fromBytes(bytes, name);
      if (file?.state) {
        const { real, state } = file;
        known.addFile(real, state, image.sha256, await disks.has(state.dev, real));
      }
      return withWarnings(image, warnings);
    },
  };
}

const readingsOf = (source: Extract<Source, { kind: 'path' | 'file-url' }>) =>
  source.kind === 'path' ? readingsOfPath(source.path) : readingsOfFileUrl(source.url);

function withWarnings<T extends Pick<Image, 'warnings'>>(image: T, warnings: readonly string[]): T {
  return warnings.length === 0 ? image : { ...image, warnings: [...warnings, ...(image.warnings ?? [])] };
}
