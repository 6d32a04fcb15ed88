import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Config } from '../../config/config.ts';
import { AppError } from '../../errors.ts';
import { acceptedFiles, encoderFiles, type ModelFileEntry } from './entry.ts';
import { sha256OfFile } from './hash.ts';
import { type EncoderEntry, Manifest, type ModelEntry } from './manifest.ts';
import { packageModelsDir } from './models-dir.ts';

/** Our own detector's name in the manifest: the one that knows coasters and desk mats. */
export const DESK_DETECTOR = 'desk-detector';

/** A model whose file is on disk with the right size; its hash is checked when it is loaded. */
export interface InstalledModel {
  readonly entry: ModelEntry;
  readonly path: string;
}

export interface Verification {
  readonly name: string;
  readonly path: string | null;
  readonly status: 'ok' | 'missing' | 'wrong_size' | 'wrong_hash';
  readonly bytes: number | null;
  readonly sha256: string | null;
}

interface Located {
  readonly path: string;
  readonly bytes: number;
  readonly sizeFits: boolean;
}

/** Which models exist, where their files are, and which one an analysis uses. */
export class ModelsStore {
  /** Where `fetchModel` writes. */
  readonly directory: string;
  private readonly folders: readonly [ofPackage: string, own: string];
  private read: { readonly entries: readonly ModelEntry[]; readonly encoders: readonly EncoderEntry[] } | null = null;
  private readonly named: string | undefined;
  private readonly places = new Map<string, readonly string[]>();

  constructor(config: Pick<Config, 'H200_MODELS_DIR' | 'H200_MODEL'>, packageDir: string = packageModelsDir()) {
    this.directory = config.H200_MODELS_DIR;
    this.folders = [packageDir, config.H200_MODELS_DIR];
    this.named = config.H200_MODEL;
  }

  /** Throws ANALYSIS_001 where a manifest cannot be read. */
  get entries(): readonly ModelEntry[] {
    return this.manifests().entries;
  }

  /** Throws ANALYSIS_001 where a manifest cannot be read. */
  get encoders(): readonly EncoderEntry[] {
    return this.manifests().encoders;
  }

  /** The manifest of the package and the user's own `manifest.json` in H200_MODELS_DIR, whose entries win; read when first asked for. */
  private manifests() {
    if (this.read !== null) return this.read;
    const merged = new Map<string, ModelEntry>();
    const encoders = new Map<string, EncoderEntry>();
    for (const folder of this.folders) {
      const manifest = readManifest(join(folder, 'manifest.json'));
      for (const entry of manifest?.models ?? []) merged.set(entry.name, entry);
      for (const entry of manifest?.encoders ?? []) encoders.set(entry.name, entry);
    }
    this.read = { entries: [...merged.values()].sort((a, b) => a.rank - b.rank), encoders: [...encoders.values()] };
    return this.read;
  }

  /** Throws VALIDATION_002 with the known names. */
  entry(name: string): ModelEntry {
    const found = this.entries.find((e) => e.name === name);
    if (found) return found;
    throw new AppError('VALIDATION_002', {
      message: 'The manifest has no model of that name.',
      advice: `Use one of: ${this.entries.map((e) => e.name).join(', ')}.`,
      details: { model: name.slice(0, 100) },
    });
  }

  /** The encoder of that name; null: there is none. */
  encoder(name: string): EncoderEntry | null {
    return this.encoders.find((one) => one.name === name) ?? null;
  }

  /** The paths of its files, in the order of `encoderFiles`, when all are there with the right sizes, else null. */
  installedEncoder(entry: EncoderEntry): readonly string[] | null {
    const paths = encoderFiles(entry).flatMap((file) => {
      const located = this.locate(file);
      return located?.sizeFits ? [located.path] : [];
    });
    return paths.length === encoderFiles(entry).length ? paths : null;
  }

  /** Path of the entry's file when it is there with an accepted size, else null. */
  installed(entry: ModelEntry): InstalledModel | null {
    const located = this.locate(entry);
    return located?.sizeFits ? { entry, path: located.path } : null;
  }

  /** Why a file that is there cannot be used; null when it is absent or fits. */
  problem(entry: ModelEntry): string | null {
    const located = this.locate(entry);
    if (!located || located.sizeFits) return null;
    return `The file has ${located.bytes} bytes, the manifest says ${entry.bytes}.`;
  }

  /**
   * The model of H200_MODEL, or the installed one with the lowest rank that needs no opt-in.
   * Throws ANALYSIS_001 when there is none, ANALYSIS_007 when the only candidates are damaged.
   */
  select(): InstalledModel {
    if (this.named !== undefined) return this.selectNamed(this.named);
    const free = this.entries.filter((e) => !e.opt_in);
    for (const entry of free) {
      const installed = this.installed(entry);
      if (installed) return installed;
    }
    const damaged = free.find((e) => this.problem(e) !== null);
    if (damaged) throw this.damaged(damaged);
    throw new AppError('ANALYSIS_001', { details: { models: free.map((e) => e.name) } });
  }

  /** Our own detector when it can join a stronger one: good enough, installed, not the selected one, and none was named. */
  companion(selected: InstalledModel): InstalledModel | null {
    const desk = this.entries.find((e) => e.name === DESK_DETECTOR);
    if (!desk || desk.companion.length === 0 || this.named !== undefined || selected.entry.name === desk.name)
      return null;
    return this.installed(desk);
  }

  /** Size and sha256 of the file on disk against the manifest. */
  async verify(name: string): Promise<Verification> {
    return this.verifyFile(this.entry(name));
  }

  /** The same of each file of an encoder. */
  verifyEncoder(entry: EncoderEntry): Promise<Verification[]> {
    return Promise.all(encoderFiles(entry).map((file) => this.verifyFile(file)));
  }

  private async verifyFile(entry: ModelFileEntry): Promise<Verification> {
    const { name } = entry;
    const located = this.locate(entry);
    if (!located) return { name, path: null, status: 'missing', bytes: null, sha256: null };
    const { path, bytes } = located;
    if (!located.sizeFits) return { name, path, status: 'wrong_size', bytes, sha256: null };
    const sha256 = await sha256OfFile(path);
    const known = acceptedFiles(entry).some((f) => f.sha256 === sha256);
    return { name, path, status: known ? 'ok' : 'wrong_hash', bytes, sha256 };
  }

  /** What is wrong with a setting is no mistake of whoever sends a photo. */
  private selectNamed(named: string): InstalledModel {
    const entry = this.entries.find(({ name }) => name === named);
    if (entry === undefined) {
      throw new AppError('ANALYSIS_001', {
        message: 'The manifest has no model of the name in H200_MODEL.',
        advice: `Set it to one of: ${this.entries.map(({ name }) => name).join(', ')}; or unset it.`,
        details: { model: named.slice(0, 100) },
      });
    }
    const installed = this.installed(entry);
    if (installed) return installed;
    if (this.problem(entry) !== null) throw this.damaged(entry);
    throw new AppError('ANALYSIS_001', {
      message: 'The model named by H200_MODEL is not installed.',
      advice: `${wayBack(entry)} Or unset H200_MODEL.`,
      details: { model: entry.name },
    });
  }

  private damaged(entry: ModelEntry): AppError {
    return new AppError('ANALYSIS_007', {
      advice: wayBack(entry),
      details: { model: entry.name, problem: this.problem(entry) },
    });
  }

  /** The user's own file first. */
  private placesOf({ file }: ModelFileEntry): readonly string[] {
    const known = this.places.get(file);
    if (known !== undefined) return known;
    const places = this.folders.toReversed().map((folder) => join(folder, file));
    this.places.set(file, places);
    return places;
  }

  /** The first file that fits, else the first that is there. */
  private locate(entry: ModelFileEntry): Located | null {
    const sizes = acceptedFiles(entry).map((f) => f.bytes);
    const found = this.placesOf(entry).flatMap((path): Located[] => {
      const stat = statSync(path, { throwIfNoEntry: false });
      if (!stat?.isFile()) return [];
      return [{ path, bytes: stat.size, sizeFits: sizes.includes(null) ? stat.size > 0 : sizes.includes(stat.size) }];
    });
    return found.find((f) => f.sizeFits) ?? found[0] ?? null;
  }
}

function readManifest(path: string): Manifest | null {
  if (!existsSync(path)) return null;
  try {
    return Manifest.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    const problem = cause instanceof z.ZodError ? z.prettifyError(cause) : 'it is not JSON';
    throw new AppError('ANALYSIS_001', {
      message: 'A model manifest cannot be read.',
      advice: 'Correct the manifest.json named in the details.',
      details: { path, problem },
      cause,
    });
  }
}

/** How its file comes back. */
const wayBack = ({ name, file, urls }: ModelEntry): string =>
  urls.length > 0
    ? `Run "h200-mug models fetch ${name}".`
    : `It came with the program: install that once more, or fetch its image anew; in a clone: git checkout -- models/${file}.`;
