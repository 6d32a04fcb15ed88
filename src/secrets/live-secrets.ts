import { AppError, toAppError } from '../errors.ts';
import { describeReference, type SecretReference } from './reference.ts';
import type { SecretReader } from './secret-reader.ts';

/** Secrets by the names of their variables, as they are now. */
export interface LiveSecrets {
  get(name: string): string | undefined;
  /** Looks whether any of them changed; true when one did. What cannot be read stays as it was. Never throws. */
  refresh(options?: { readonly fresh?: boolean }): Promise<boolean>;
  /** Looks from time to time until the answer is called. */
  watch(tell: SecretTold): () => void;
  close(): Promise<void>;
}

export interface SecretTold {
  changed(name: string): void;
  /** Told once for each time that it fails after it did not. */
  failed(name: string, error: AppError): void;
}

export interface NamedReference {
  readonly name: string;
  readonly reference: SecretReference;
  /** What is wrong with a value; null: nothing. Never tells the value. */
  readonly problem: (value: string) => string | null;
}

/** Rotation is seen after this at the latest, and after the time that Secret Manager's answers are kept, ms. */
const LOOK_EVERY_MS = 30_000;

/** Secrets that are read from elsewhere. Throws SECRET_001 that names every variable whose secret cannot be had. */
export async function openSecrets(reader: SecretReader, named: readonly NamedReference[]): Promise<LiveSecrets> {
  const values = new Map<string, string>();
  const failing = new Set<string>();
  let told: SecretTold | null = null;
  let looking: Promise<boolean> | null = null;

  async function look(one: NamedReference, fresh: boolean): Promise<boolean> {
    const { name } = one;
    try {
      const value = await readNamed(reader, one, fresh);
      failing.delete(name);
      if (values.get(name) === value) return false;
      values.set(name, value);
      told?.changed(name);
      return true;
    } catch (thrown) {
      if (!failing.has(name)) told?.failed(name, toAppError(thrown));
      failing.add(name);
      return false;
    }
  }

  const errors: AppError[] = [];
  await Promise.all(
    named.map(async (one) => {
      try {
        values.set(one.name, await readNamed(reader, one, false));
      } catch (thrown) {
        errors.push(toAppError(thrown));
      }
    }),
  );
  if (errors.length > 0) {
    await reader.close();
    throw together(errors);
  }

  const refresh: LiveSecrets['refresh'] = ({ fresh = false } = {}) => {
    looking ??= Promise.all(named.map((one) => look(one, fresh)))
      .then((changes) => changes.includes(true))
      .finally(() => {
        looking = null;
      });
    return looking;
  };
  return {
    get: (name) => values.get(name),
    refresh,
    watch(tell) {
      told = tell;
      const timer = setInterval(() => void refresh(), LOOK_EVERY_MS).unref();
      return () => clearInterval(timer);
    },
    close: () => reader.close(),
  };
}

/** The secret of a variable, checked. Throws SECRET_001 that names it. */
export async function readNamed(reader: SecretReader, one: NamedReference, fresh: boolean): Promise<string> {
  const { name, reference, problem } = one;
  const from = describeReference(reference);
  try {
    const value = (await reader.read(reference, { fresh })).trim();
    const wrong = problem(value);
    if (wrong === null) return value;
    throw new AppError('SECRET_001', { message: `Its value ${wrong}.`, advice: 'Correct the secret.' });
  } catch (thrown) {
    const { code, message, advice, details, cause } = toAppError(thrown);
    throw new AppError(code, {
      message: `${name} cannot be had from ${from}: ${message}`,
      advice,
      details: { ...details, variable: name },
      cause,
    });
  }
}

function together(errors: readonly AppError[]): AppError {
  const [first] = errors;
  if (errors.length === 1 && first !== undefined) return first;
  const named = errors.toSorted((a, b) => (a.message < b.message ? -1 : 1));
  return new AppError('SECRET_001', {
    message: named.map(({ message }) => message).join(' '),
    advice: [...new Set(named.map(({ advice }) => advice))].join(' '),
    details: { variables: named.map(({ details }) => details.variable) },
  });
}

/** Secrets that never change while the program runs. */
export const fixedSecrets = (values: Readonly<Record<string, unknown>>): LiveSecrets => ({
  get(name) {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  },
  refresh: async () => false,
  watch: () => () => {},
  close: async () => {},
});
