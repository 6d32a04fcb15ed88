import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { releaseText } from './release/changelog.ts';

/**
 * Writes the newest section of CHANGELOG.md from the commits since the last tag `v…`; older sections stay as they are. Run it
 * before a release. `--check` makes it again up to the commit that the file names and fails where it is another text.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const file = new URL('../CHANGELOG.md', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const git = (...args: string[]) =>
  execFileSync('git', args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 64_000_000,
  });

const HEAD = `# Changes

Made by \`npm run changelog\` from the subjects of commits ([conventional](CONTRIBUTING.md#work-on-it)), newest first.
`;
const UP_TO = /^<!-- up to ([0-9a-f]{40}) -->$/m;

function lastTag(commit: string): string | null {
  try {
    return git('describe', '--tags', '--abbrev=0', '--match', 'v*', `${commit}~1`).trim();
  } catch {
    return null;
  }
}

function section(commit: string): string {
  const tag = lastTag(commit);
  const tagged = git('tag', '--list', `v${version}`, '--points-at', commit).trim() !== '';
  const range = tag === null ? commit : `${tag}..${commit}`;
  const subjects = git('log', '--no-merges', '--format=%s', range).trim().split('\n');
  const date = tagged ? git('log', '-1', '--format=%cs', commit).trim() : null;
  return `<!-- up to ${commit} -->\n\n${releaseText({ version, date, first: tag === null, subjects })}`;
}

/** What stands below the section of this version. */
function older(text: string): string {
  const titles = [...text.matchAll(/^<!-- up to [0-9a-f]{40} -->\n\n## (\S+) /gm)];
  const next = titles.find(([, of]) => of !== version);
  return next ? `\n${text.slice(next.index)}` : '';
}

const isKnown = (commit: string): boolean => {
  try {
    git('cat-file', '-e', `${commit}^{commit}`);
    return git('rev-parse', '--is-shallow-repository').trim() === 'false';
  } catch {
    return false;
  }
};

const before = readFileSync(file, { encoding: 'utf8', flag: 'a+' });
if (!process.argv.includes('--check')) {
  writeFileSync(file, `${HEAD}\n${section(git('rev-parse', 'HEAD').trim())}${older(before)}`);
  console.log(`CHANGELOG.md: ${version}`);
} else {
  const [, commit = ''] = UP_TO.exec(before) ?? [];
  if (!isKnown(commit)) console.log('CHANGELOG.md cannot be compared: its commit is not in this clone');
  else if (before === `${HEAD}\n${section(commit)}${older(before)}`) console.log('CHANGELOG.md is as the commits say');
  else {
    console.error('CHANGELOG.md is another than its commits make: run "npm run changelog"');
    process.exitCode = 1;
  }
}
