import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DOCUMENTS, ROOT } from '../support/documents.ts';

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const withoutCode = (text: string) =>
  text.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, ' '));

/** What a document's headings are called in an address, as GitHub makes them. */
function anchors(file: string): Set<string> {
  const found = new Set<string>();
  for (const [, title = ''] of read(file)
    .replaceAll(/^```[\s\S]*?^```$/gm, '')
    .matchAll(/^#{1,6} (.+)$/gm)) {
    const plain = title.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = plain
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s/g, '-');
    for (let i = 0; ; i++) {
      const name = i === 0 ? slug : `${slug}-${i}`;
      if (found.has(name)) continue;
      found.add(name);
      break;
    }
  }
  return found;
}

interface Link {
  readonly from: string;
  readonly target: string;
}
const links = (from: string): Link[] =>
  [...withoutCode(read(from)).matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g)].map(([, target = '']) => ({ from, target }));

/** Documents of branches that are not merged yet; a name goes from here once its file is there. */
const COMING: string[] = [];

/** What is wrong with a link; null when nothing. Addresses of others are only read, not called. */
function fault({ from, target }: Link): string | null {
  if (/^[a-z]+:/.test(target)) return /^https:\/\/[\w.-]+\.[a-z]{2,}(?:\/|$)/.test(target) ? null : 'no https address';
  const [path = '', anchor] = target.split('#') as [string, string?];
  const file = path === '' ? from : relative(ROOT, join(ROOT, dirname(from), decodeURIComponent(path)));
  if (file.startsWith('..')) return 'leads out of the repository';
  if (!existsSync(join(ROOT, file))) return COMING.includes(file) ? null : 'no such file';
  if (anchor === undefined) return null;
  if (!statSync(join(ROOT, file)).isFile()) return 'an anchor of a folder';
  return anchors(file).has(anchor) ? null : 'no such heading';
}

describe('every link of the documents leads somewhere', () => {
  const all = DOCUMENTS.flatMap(links);
  it('and there are many', () => expect(all.length).toBeGreaterThan(100));
  it.each(DOCUMENTS)('%s', (file) => {
    const wrong = links(file).map((link) => ({ target: link.target, fault: fault(link) }));
    expect(wrong.filter((one) => one.fault !== null)).toEqual([]);
  });

  it.each(['nowhere.md', '#nothing', 'mcp.md#nothing', '../../etc/passwd', 'http://example.org/', 'javascript:x'])(
    'and one that does not is seen: %s',
    (target) => expect(fault({ from: 'docs/README.md', target })).not.toBeNull(),
  );
});

describe('docs/README.md names every document', () => {
  const named = new Set(links('docs/README.md').map(({ target }) => join('docs', target)));
  it.each(DOCUMENTS.filter((file) => file.startsWith('docs/') && file !== 'docs/README.md'))('%s', (file) =>
    expect([...named]).toContain(file),
  );
});
