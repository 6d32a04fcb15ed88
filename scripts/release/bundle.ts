import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { TOOLS } from '../../tools/index.ts';
import { productionPackages } from '../supply/production-packages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly keywords: readonly string[];
  readonly engines: { readonly node: string };
  readonly optionalDependencies: Readonly<Record<string, string>>;
}
export const packageJson = (): PackageJson => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The manifest that a host reads: spec 0.4 of MCP bundles. */
export function bundleManifest(platform: NodeJS.Platform) {
  const { name, version, description, license, keywords, engines } = packageJson();
  return {
    manifest_version: '0.4',
    name,
    display_name: 'H200 Mug Positioning',
    version,
    description,
    author: { name: 'The H200 Intelligent Mug Positioning System maintainers' },
    license,
    keywords,
    icon: 'icon.png',
    server: {
      type: 'node',
      entry_point: 'bin/h200-mug.js',
      mcp_config: {
        command: 'node',
        // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the host fills them in
        args: ['${__dirname}/bin/h200-mug.js'],
        env: { H200_ALLOWED_ROOTS: '${user_config.photos}', H200_READ_ONLY: '${user_config.read_only}' },
      },
    },
    user_config: {
      photos: {
        type: 'directory',
        title: 'Photos',
        description: 'The folder whose photos it may read.',
        required: true,
        default: '${HOME}/Pictures',
        // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the host fills them in
      },
      read_only: {
        type: 'boolean',
        title: 'Read only',
        description: 'Stores, changes and deletes nothing.',
        required: false,
        default: false,
      },
    },
    tools: TOOLS.map((tool) => ({ name: tool.name, description: tool.description.split('\n')[0] })),
    prompts_generated: true,
    compatibility: { platforms: [platform], runtimes: { node: engines.node } },
  };
}

/** What nobody needs to run it. */
const LEFT_OUT = /\.(?:d\.[cm]?ts|map|tsbuildinfo)$|(?:^|\/)(?:node_modules|\.github|__tests__)(?:\/|$)/;

/** The program with its packages and the embedded model for this machine's kind, as a folder that can be packed. */
export async function stageBundle(folder: string): Promise<void> {
  const { name, version, license, engines, optionalDependencies } = packageJson();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const part of ['bin', 'dist', 'models', 'LICENSE', 'README.md']) copy(join(root, part), join(folder, part));
  for (const { paths } of productionPackages()) for (const path of paths) stagePackage(path, folder);
  keepOwnRuntime(join(folder, 'node_modules', 'onnxruntime-node', 'bin'));
  keepOwnStore(join(folder, 'node_modules', 'better-sqlite3'));
  const description = { name, version, license, type: 'module', engines, optionalDependencies };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(description, null, 2)}\n`);
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(bundleManifest(process.platform), null, 2)}\n`);
  const icon = readFileSync(join(root, 'dashboard/public/icon.svg'));
  writeFileSync(join(folder, 'icon.png'), await sharp(icon, { density: 600 }).resize(512, 512).png().toBuffer());
}

/** A package where the lockfile has it; those of other platforms are not installed here. */
function stagePackage(path: string, folder: string): void {
  const from = join(root, path);
  if (existsSync(from)) copy(from, join(folder, path));
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, {
    recursive: true,
    dereference: true,
    filter: (path) => path === from || !LEFT_OUT.test(relative(from, path)),
  });
}

/** The runtime's package holds its libraries for every platform, some 300 MB. */
function keepOwnRuntime(bin: string): void {
  for (const abi of readdirSync(bin)) {
    for (const platform of readdirSync(join(bin, abi))) {
      const at = join(bin, abi, platform);
      if (platform !== process.platform) rmSync(at, { recursive: true });
      else for (const cpu of readdirSync(at)) if (cpu !== process.arch) rmSync(join(at, cpu), { recursive: true });
    }
  }
}

/** Its package holds a binary for every platform, and the sources. */
function keepOwnStore(folder: string): void {
  for (const part of ['deps', 'src']) rmSync(join(folder, part), { recursive: true, force: true });
  const binaries = join(folder, 'prebuilds');
  const own = new RegExp(`^${process.platform}(?:musl)?-${process.arch}\\b`);
  for (const file of readdirSync(binaries)) if (!own.test(file)) rmSync(join(binaries, file), { recursive: true });
}

export const bundleName = (): string => {
  const { name, version } = packageJson();
  return `${name}-${version}-${process.platform}-${process.arch}.mcpb`;
};
