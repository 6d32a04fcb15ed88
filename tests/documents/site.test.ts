import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { isSiteFile, OFF_SITE, SITE_SOURCES } from '../../scripts/release/site-pages.ts';
import { DOCUMENTS, ROOT } from '../support/documents.ts';

/** What "npm run site:build" would stop at, and what it would not say, without the minutes that it takes. */
const config = readFileSync(join(ROOT, 'site/.vitepress/config.ts'), 'utf8');
const PAGES = DOCUMENTS.filter((file) =>
  SITE_SOURCES.some((source) => file === source || file.startsWith(`${source}/`)),
);

const withoutCode = (file: string) =>
  readFileSync(join(ROOT, file), 'utf8')
    .replaceAll(/^ *```[\s\S]*?^ *```$/gm, '')
    .replaceAll(/^ {4}.*$/gm, '')
    .replaceAll(/`[^`\n]*`/g, '');

const isCopied = (file: string) =>
  existsSync(join(ROOT, file)) &&
  SITE_SOURCES.some((source) => file === source || file.startsWith(`${source}/`)) &&
  isSiteFile(file);

/** Pictures and other documents that a page names by their place beside it. */
function named(file: string, text: string): string[] {
  const found = [...text.matchAll(/\]\(([^)\s]+)|<img\b[^>]*\ssrc="([^"]+)"/g)].map(
    ([, link, src]) => link ?? src ?? '',
  );
  return found
    .map((target) => target.replace(/#.*/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
    .map((target) => join(dirname(file), decodeURIComponent(target)));
}

const missing = (file: string, text: string) =>
  named(file, text).filter((target) => !isCopied(target) && !OFF_SITE.some((pattern) => pattern.test(target)));

const ON_THIS_MACHINE = /https?:\/\/(?:localhost|127\.0\.0\.1)\b/g;

it.each(PAGES)('%s: what it shows and links to is on the site', (file) => {
  expect(missing(file, withoutCode(file))).toEqual([]);
});

it('and what is not copied is seen', () => {
  const text =
    '![a](docs/pictures/desk.webp) ![b](docs/pictures/gone.webp) <img src="models/x.webp"> [c](src/cli.ts) [d](LICENSE)';
  expect(missing('README.md', text)).toEqual(['docs/pictures/gone.webp', 'models/x.webp', 'src/cli.ts']);
});

it.each(PAGES)('%s: no address of this machine outside of code, which would be a dead link', (file) => {
  expect(withoutCode(file).match(ON_THIS_MACHINE)).toBeNull();
});

it.each(PAGES.filter((file) => /^docs\/[^/]+\.md$/.test(file) && file !== 'docs/README.md'))(
  '%s is in the menu',
  (file) => {
    expect(config).toContain(`'/${file.slice(0, -'.md'.length)}'`);
  },
);
