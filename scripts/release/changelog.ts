/** A commit by its conventional subject: `feat(scope)!: what`. */
export interface Change {
  readonly kind: string;
  readonly scope: string | null;
  readonly breaking: boolean;
  readonly text: string;
}

/** Null for what is no conventional subject: merges, and notes to oneself. */
export function readSubject(subject: string): Change | null {
  const parts = /^([a-z]+)(?:\(([^)]*)\))?(!)?: (.+)$/.exec(subject);
  if (!parts) return null;
  const [, kind = '', scope = null, mark, text = ''] = parts;
  return { kind, scope, breaking: mark === '!', text };
}

/** Which scopes a reader looks for under one heading; the rest is under "Everything else". */
export const AREAS: Readonly<Record<string, readonly string[]>> = {
  'Measuring: photos, scale, objects': ['image', 'vision', 'models', 'scene', 'analysis', 'annotate', 'presentation'],
  'Rules and moves': ['rules', 'language', 'rulebook', 'placement', 'conflicts', 'feedback', 'words'],
  'For agents and programs': [
    'mcp',
    'tools',
    'rest',
    'http',
    'gateway',
    'a2a',
    'ag-ui',
    'live',
    'delegation',
    'skills',
  ],
  'For people': ['cli', 'dashboard', 'setup', 'doctor', 'messages', 'events', 'search', 'export'],
  'Keeping and sharing': ['storage', 'records', 'data', 'cache', 'queue', 'worker', 'jobs', 'series', 'telemetry'],
  'GPU servers': ['fleet', 'gpu', 'servers', 'deploy', 'rollouts', 'routing', 'serverless'],
  Security: ['access', 'secrets', 'attack', 'network', 'tls'],
};
const ELSE = 'Everything else';

/** What only those who work on the program notice. */
const INTERNAL = new Set(['training', 'eval', 'bench', 'supply', 'tests', 'test', 'ci']);
/** Entries of one heading that are written out; the newest. */
const MOST = 10;

export interface Release {
  readonly version: string;
  /** ISO day; null: not released. */
  readonly date: string | null;
  /** Whether there was one before: mended faults of something nobody had are no news. */
  readonly first: boolean;
  /** Subjects of commits, the newest first. */
  readonly subjects: readonly string[];
}

/** One release as markdown: what breaks first, then by heading what is new and what was mended. */
export function releaseText({ version, date, first, subjects }: Release): string {
  const changes = subjects.flatMap((subject) => readSubject(subject) ?? []);
  const told = changes.filter(({ scope }) => scope === null || !INTERNAL.has(scope));
  const lines = [`## ${version} (${date ?? 'not released'})`];
  const breaking = first ? [] : told.filter((change) => change.breaking);
  if (breaking.length > 0) lines.push('', '### Breaks', '', ...breaking.map(bullet));
  for (const area of [...Object.keys(AREAS), ELSE]) {
    const here = told.filter((change) => areaOf(change) === area);
    const news = here.filter(({ kind }) => kind === 'feat' || (!first && (kind === 'fix' || kind === 'perf')));
    if (news.length === 0) continue;
    lines.push('', `### ${area}`, '', ...news.slice(0, MOST).map(bullet));
    if (news.length > MOST) lines.push(`- and ${news.length - MOST} more`);
  }
  return `${lines.join('\n')}\n`;
}

const areaOf = ({ scope }: Change): string =>
  Object.keys(AREAS).find((area) => scope !== null && AREAS[area]?.includes(scope)) ?? ELSE;

const WORDS: Readonly<Record<string, string>> = { fix: 'Mended: ', perf: 'Faster: ' };

const bullet = ({ kind, text }: Change): string => `- ${WORDS[kind] ?? ''}${text.replaceAll(/([*_<>[\]`|])/g, '\\$1')}`;
