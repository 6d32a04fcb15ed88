import { createRequire } from 'node:module';
import type { Piscina } from 'piscina';
import './keep-wasm-code.ts';

type Options = NonNullable<ConstructorParameters<typeof Piscina>[0]>;

let loaded: typeof Piscina | undefined;

/** A pool of threads; what makes it is loaded with the first one, since a start answers before it needs any. */
export function threadPool<Task, Result>(options: Options): Piscina<Task, Result> {
  loaded ??= (createRequire(import.meta.url)('piscina') as { Piscina: typeof Piscina }).Piscina;
  return new loaded<Task, Result>(options);
}
