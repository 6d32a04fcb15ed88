import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/documents.ts';

/** A docker that knows one builder and writes down what it is told; there is no Docker on the machines this was written on. */
const DOCKER = `#!/bin/sh
echo "docker $*" >> "$DOCKER_SAID"
[ "$1" = login ] && { cat > "$DOCKER_SAID.password"; exit 0; }
case "$*" in "buildx inspect cloud-mine") exit 0 ;; "buildx inspect "*) exit 1 ;; esac
exit 0
`;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-build-'));
  writeFileSync(join(folder, 'docker'), DOCKER, { mode: 0o755 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function build(args: readonly string[], env: Record<string, string> = {}) {
  const said = join(folder, 'said');
  rmSync(said, { force: true });
  const PATH = `${folder}${delimiter}${process.env.PATH}`;
  const { status, stderr } = spawnSync(join(ROOT, 'scripts/deploy/build_and_push.sh'), args, {
    env: { ...process.env, PATH, DOCKER_SAID: said, ...env },
    encoding: 'utf8',
  });
  return { status, lines: stderr.trim().split('\n') };
}

describe('build_and_push.sh', () => {
  it('builds every target for the platforms, pushes them and says what is in them', () => {
    const { status, lines } = build([
      '--image',
      'ghcr.io/me/h200',
      '--tag',
      '1.2.3',
      '--platforms',
      'linux/amd64,linux/arm64',
    ]);
    expect(status).toBe(0);
    const builds = lines.filter((line) => line.startsWith('docker buildx build'));
    expect(builds.map((line) => line.match(/--target (\S+)/)?.[1])).toEqual(['cpu', 'serverless', 'timed']);
    for (const line of builds) expect(line).toMatch(/--platform linux\/amd64,linux\/arm64 .*--push .*--sbom=true/);
    expect(builds[0]).toContain('--tag ghcr.io/me/h200:1.2.3-cpu --tag ghcr.io/me/h200:1.2.3 ');
    expect(builds[2]).toContain('--tag ghcr.io/me/h200:1.2.3-timed ');
  });

  it('takes the builder that is named, and else makes multiarch-builder', () => {
    expect(build(['--image', 'x', '--dry-run', '--builder', 'cloud-mine']).lines.join('\n')).not.toContain(
      'multiarch-builder',
    );
    const { lines } = build(['--image', 'x', '--dry-run', '--builder', 'cloud-gone']);
    expect(lines[0]).toContain('there is no builder cloud-gone; multiarch-builder is used');
    expect(lines[1]).toBe('docker buildx create --name multiarch-builder --driver docker-container');
    expect(lines[2]).toContain('--builder multiarch-builder');
  });

  it('names images for GPUs by their CUDA', () => {
    const { lines } = build(['--image', 'x', '--tag', '1', '--dry-run', '--cuda', '13', '--targets', 'serverless']);
    expect(lines.at(-1)).toMatch(
      /--build-arg CUDA=13 --build-arg RUNTIME_IMAGE=docker\.io\/nvidia\/cuda:13\.\S+ --tag x:1-serverless-cuda13 /,
    );
  });

  it('gives the password to the login by standard input alone', () => {
    const { status, lines } = build(['--image', 'ghcr.io/me/h200', '--targets', 'base'], {
      DOCKER_USERNAME: 'me',
      DOCKER_PASSWORD: 'canary-word',
    });
    expect(status).toBe(0);
    expect(lines.join('\n')).not.toContain('canary-word');
  });

  it.each([
    [['--platforms', 'linux/riscv64'], 'no images for linux/riscv64'],
    [['--platforms', 'linux/arm64', '--cuda', '13'], 'CUDA for linux/amd64 alone'],
    [['--targets', 'gpu'], 'no target gpu'],
    [['--cuda', '11'], 'no CUDA 11'],
    [['--load', '--platforms', 'linux/amd64,linux/arm64'], 'name one'],
  ])('refuses %j', (args, why) => {
    const { status, lines } = build(['--image', 'x', ...args]);
    expect(status).toBe(2);
    expect(lines.at(-1)).toContain(why);
  });

  it.each([[['--load', '--dry-run']], [['--dry-run', '--load']]])(
    '%j shows what --load would do, which needs no name',
    (args) => {
      const { status, lines } = build([...args, '--targets', 'cpu', '--tag', '1'], { H200_IMAGE: '' });
      expect(status).toBe(0);
      expect(lines.at(-1)).toMatch(/--tag h200-mug:1-cpu --tag h200-mug:1 --load \.$/);
      expect(lines.join('\n')).not.toContain('push');
    },
  );

  it('asks for a name before it does anything', () => {
    const { status, lines } = build([], { H200_IMAGE: '' });
    expect(status).toBe(2);
    expect(lines).toEqual([expect.stringContaining('no image is named')]);
  });
});
