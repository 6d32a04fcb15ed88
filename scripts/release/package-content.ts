/** What `npm pack --json` says of a package. */
export interface Packed {
  readonly size: number;
  readonly unpackedSize: number;
  readonly entryCount: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

export interface PackageJson {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Largest package, bytes: twice what it is, so that something large that slips in shows. */
const MOST_PACKED = 20_000_000;
const MOST_UNPACKED = 40_000_000;

/** Folders and files that it is made of. */
const ALLOWED =
  /^(?:bin|dist|models|dashboard\/dist|docs|examples|skills)\/|^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md|SECURITY\.md|server\.json|sbom\.cdx\.json)$/;
/** Never, wherever it lies. */
const FORBIDDEN =
  /(?:^|\/)(?:\.env(?!\.example)|\.git|node_modules|tests?|\.npmrc|id_rsa)(?:[./]|$)|\.(?:pem|key|db|log|tsbuildinfo)$/;
const NEEDED = [
  'bin/h200-mug.js',
  'dist/src/main.js',
  'models/manifest.json',
  'models/desk-detector.onnx',
  'dashboard/dist/index.html',
  'skills/desk-check/SKILL.md',
  'docs/configuration.md',
  'docs/alerts.md',
  'LICENSE',
  'README.md',
  'sbom.cdx.json',
];
/** Scripts that npm would run on the machine of whoever installs it. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'];

/** What is wrong with the package that would be published. */
export function packageProblems(packed: Packed, { scripts = {}, dependencies = {} }: PackageJson): string[] {
  const paths = packed.files.map(({ path }) => path);
  const problems = [
    ...paths
      .filter((path) => !ALLOWED.test(path) || FORBIDDEN.test(path))
      .map((path) => `${path} does not belong in it`),
    ...NEEDED.filter((path) => !paths.includes(path)).map((path) => `${path} is missing`),
    ...INSTALL_SCRIPTS.filter((name) => name in scripts).map((name) => `it has the install script ${name}`),
    ...Object.entries(dependencies)
      .filter(([, range]) => !/^\d+\.\d+\.\d+/.test(range))
      .map(([name, range]) => `${name} is not pinned (${range})`),
  ];
  if (packed.size > MOST_PACKED) problems.push(`it has ${packed.size} bytes, more than ${MOST_PACKED}`);
  if (packed.unpackedSize > MOST_UNPACKED)
    problems.push(`it unpacks to ${packed.unpackedSize} bytes, more than ${MOST_UNPACKED}`);
  return problems;
}
