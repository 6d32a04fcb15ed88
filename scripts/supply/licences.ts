import satisfies from 'spdx-satisfies';
import { id, type ProductionPackage } from './production-packages.ts';

/** Licences that ask for their notice at most: who runs, changes or sells the program owes nothing else. */
export const PERMISSIVE = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
] as const;

interface Exception {
  readonly name: RegExp;
  /** What the package says about itself; another text is a new question. */
  readonly licence: string;
  /** For a package that names no licence of the SPDX list. */
  readonly title?: string;
  readonly why: string;
}

const LIBVIPS =
  'libvips, the decoder of images: a library of its own that can be replaced, unchanged; nothing of it is compiled into our code';

/** What is no permissive licence of the SPDX list and is used all the same. */
export const EXCEPTIONS: readonly Exception[] = [
  { name: /^@img\/sharp-libvips-/, licence: 'LGPL-3.0-or-later', why: LIBVIPS },
  {
    name: /^@img\/sharp-win32-/,
    licence: 'Apache-2.0 AND LGPL-3.0-or-later',
    why: `${LIBVIPS} (its DLL lies in this package)`,
  },
  {
    name: /^@img\/sharp-wasm32$/,
    licence: 'Apache-2.0 AND LGPL-3.0-or-later AND MIT',
    why: 'libvips as WebAssembly; npm installs it only where it is asked for (`--cpu=wasm32`)',
  },
  {
    name: /^dejavu-fonts-ttf$/,
    licence: 'SEE LICENSE IN README.md AND LICENSE',
    title: 'DejaVu Fonts License',
    why: 'Bitstream Vera and Arev licences, changes in the public domain: permissive, only a changed font may not keep the name',
  },
];

export const exceptionOf = ({ name, licence }: ProductionPackage) =>
  EXCEPTIONS.find((one) => one.name.test(name) && one.licence === licence);

/** What the package's licence is called: an SPDX expression or a title; null when it names none. */
export const licenceTitle = (one: ProductionPackage) => exceptionOf(one)?.title ?? one.licence;

function isPermissive(licence: string): boolean {
  try {
    return satisfies(licence, [...PERMISSIVE]);
  } catch {
    return false; // not of the SPDX list
  }
}

/** Packages whose licence is neither permissive nor an exception with a reason. */
export function licenceProblems(packages: readonly ProductionPackage[]): string[] {
  return packages
    .filter((one) => !(one.licence !== null && isPermissive(one.licence)) && !exceptionOf(one))
    .map((one) => `${id(one)}: ${one.licence ?? 'no licence'}`);
}
