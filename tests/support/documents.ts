import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

export interface Snippet {
  readonly file: string;
  /** `sh`, `json`, or empty (a drawing); `inline` within a sentence. */
  readonly language: string;
  readonly text: string;
}

const markdown = (folder: string) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));

/** The documents that a reader of this repository is sent to. */
export const DOCUMENTS = ['.', 'docs', 'docs/api', 'models/cards', 'skills/desk-check'].flatMap(markdown);

const FENCE = /^```(\w*)\n([\s\S]*?)^```$/gm;

/** All code of a document: fenced, and between single backticks (a `\|` of a table is a bar). */
function snippetsOf(file: string): Snippet[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const fenced = [...text.matchAll(FENCE)].map(([, language = '', body = '']) => ({
    file,
    language,
    text: body.trim(),
  }));
  const inline = [...text.replaceAll(FENCE, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => ({
    file,
    language: 'inline',
    text: code.replaceAll('\\|', '|'),
  }));
  return [...fenced, ...inline];
}

export const SNIPPETS = DOCUMENTS.flatMap(snippetsOf);
export const inLanguage = (...languages: string[]) => SNIPPETS.filter(({ language }) => languages.includes(language));

/** Single commands of the fences, and code within sentences that begins as a command does. */
export function commandLines(): Snippet[] {
  const fenced = inLanguage('sh').flatMap(({ file, language, text }) =>
    text.split(/\n|&&/).map((line) => ({ file, language, text: line.replace(/ +# .*/, '').trim() })),
  );
  const inline = inLanguage('inline').filter(({ text }) =>
    /^(?:[A-Z0-9_]+=\S+ )*(?:h200-mug|npm|npx|node)(?: |$)/.test(text),
  );
  return [...fenced, ...inline];
}

export interface McpServer {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The servers of every MCP configuration in the documents, the clone's path filled in. */
export function configuredServers(): { file: string; server: McpServer }[] {
  const parsed = [
    ...inLanguage('json').map(({ file, text }) => ({ file, text })),
    { file: 'mcp.json', text: readFileSync(join(ROOT, 'mcp.json'), 'utf8') },
  ].map(({ file, text }) => ({ file, json: JSON.parse(text.replaceAll('/path/to/clone', ROOT)) }));
  return parsed.flatMap(({ file, json }) =>
    Object.values((json.mcpServers ?? json.servers ?? {}) as Record<string, McpServer>).map((server) => ({
      file,
      server,
    })),
  );
}
