import { readFileSync, writeFileSync } from 'node:fs';
import { FAULTS, FLOWS, type Flow } from '../attack/support/faults.ts';
import { VARIABLES } from '../src/config/config.ts';
import { RUNPOD_WORKER } from '../src/config/runpod-worker.ts';
import { ROLES } from '../src/contract/principal.ts';
import { ERRORS } from '../src/errors.ts';
import { SKILLS } from '../src/gateway/a2a/skills/catalogue.ts';
import { TOOLS } from '../tools/index.ts';
import { endpoints, promptReference, resourceReference, toolReference } from './api-tables.ts';
import { allMetrics } from './monitoring/all-metrics.ts';
import { EXPORTERS } from './monitoring/exporters.ts';
import { type MatrixRow, permissionRows, routeRows, toolRows, topicRows } from './permission-tables.ts';
import { dashboardExceptions, dashboardPackages } from './supply/dashboard-licences.ts';
import { licenceExceptions, packagesByLicence } from './supply/licence-table.ts';

/**
 * Writes the tables that are made from code into the documents, between `<!-- generated: NAME -->` and
 * `<!-- /generated -->`. With --check nothing is written and a document that is out of date fails.
 */
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const row = (...cells: string[]) => `| ${cells.map(cell).join(' | ')} |`;
const table = (head: string[], rows: string[][]) =>
  [row(...head), row(...head.map(() => '---')), ...rows.map((r) => row(...r))].join('\n');

function configuration(): string {
  const rows = Object.entries({ ...VARIABLES, ...RUNPOD_WORKER }).map(([name, v]) => [
    `\`${name}\``,
    v.group,
    v.defaultText,
    `${v.description}${v.secret ? ' Secret.' : ''}`,
  ]);
  return table(['variable', 'part', 'default', 'meaning'], rows);
}

function errorCodes(): string {
  const rows = Object.entries(ERRORS).map(([code, e]) => [`\`${code}\``, e.type, String(e.http), e.message, e.advice]);
  return table(['code', 'type', 'HTTP', 'message', 'what to do'], rows);
}

function tools(): string {
  const rows = TOOLS.map((tool) => [
    `\`${tool.name}\``,
    tool.description.split('\n')[0] ?? '',
    tool.annotations.readOnlyHint ? 'reads' : tool.annotations.destructiveHint ? 'changes, may remove' : 'adds',
  ]);
  return table(['tool', 'what it does', 'effect'], rows);
}

const skills = () =>
  table(
    ['skill', 'what it does', 'asks for'],
    SKILLS.map(({ id, description, permission, listed }) => [
      `\`${id}\`${listed ? '' : ' (extended card)'}`,
      description,
      `\`${permission}\``,
    ]),
  );

const licences = (packages?: ReturnType<typeof dashboardPackages>) =>
  table(
    ['licence', 'packages'],
    packagesByLicence(packages).map(({ licence, packages }) => [
      `${licence} (${packages.length})`,
      packages.join(', '),
    ]),
  );

const exceptions = () =>
  table(
    ['package', 'licence', 'what it is'],
    licenceExceptions().map(({ packages, licence, why }) => [
      packages.map((name) => `\`${name}\``).join(', '),
      licence,
      why,
    ]),
  );

function faults(): string {
  const flows = Object.keys(FLOWS) as Flow[];
  const rows = Object.values(FAULTS).map(({ title, expected, running }) => [
    title,
    ...flows.map((flow) => expected[flow]),
    running,
  ]);
  return table(['fault', ...Object.values(FLOWS), 'calls that were running'], rows);
}

const matrix = (what: string, rows: readonly MatrixRow[]) =>
  table(
    [what, 'asks for', ...ROLES],
    rows.map((one) => [...one]),
  );
const routes = await routeRows();
const emitted = await allMetrics();

const metrics = () =>
  table(
    ['metric', 'type', 'labels', 'what it is'],
    emitted.map(({ name, type, labels, help }) => [
      `\`${name}\``,
      type,
      labels.map((label) => `\`${label}\``).join(', '),
      help,
    ]),
  );

const exporters = () =>
  table(
    ['exporter', 'what rules and boards read of it'],
    Object.entries(EXPORTERS).map(([name, all]) => [name, all.map((one) => `\`${one}\``).join(', ')]),
  );
const allEndpoints = await endpoints(table);

const GENERATED: Record<string, Record<string, () => string>> = {
  'docs/configuration.md': { configuration },
  'docs/a2a.md': { skills },
  'docs/api/endpoints.md': { endpoints: () => allEndpoints },
  'docs/api/tools.md': {
    'tools-reference': () => toolReference(table),
    'resources-reference': () => resourceReference(table),
    'prompts-reference': () => promptReference(table),
  },
  'docs/error-codes.md': { 'error-codes': errorCodes },
  'docs/monitoring.md': { metrics, exporters },
  'docs/licenses.md': {
    'licence-exceptions': exceptions,
    licences: () => licences(),
    'licence-exceptions-of-the-dashboard': () =>
      table(
        ['package', 'licence', 'what it is'],
        dashboardExceptions().map(({ packages, licence, why }) => [
          packages.map((name) => `\`${name}\``).join(', '),
          licence ?? 'none named',
          why,
        ]),
      ),
    'licences-of-the-dashboard': () => licences(dashboardPackages()),
  },
  'docs/permissions.md': {
    permissions: () => table(['permission', ...ROLES], permissionRows()),
    'permissions-of-tools': () => matrix('tool', toolRows()),
    'permissions-of-routes': () => matrix('route', routes),
    'permissions-of-topics': () => matrix('topic', topicRows()),
  },
  'docs/security.md': { faults },
  'docs/mcp.md': { tools },
};

const check = process.argv.includes('--check');
let stale = 0;
for (const [file, sections] of Object.entries(GENERATED)) {
  const url = new URL(`../${file}`, import.meta.url);
  const before = readFileSync(url, 'utf8');
  let after = before;
  for (const [name, make] of Object.entries(sections)) {
    const pattern = new RegExp(`(<!-- generated: ${name} -->\n)[\\s\\S]*?(<!-- /generated -->)`);
    if (!pattern.test(after)) throw new Error(`${file} has no section ${name}`);
    after = after.replace(pattern, (_all, open: string, close: string) => `${open}${make()}\n${close}`);
  }
  if (after === before) continue;
  stale += 1;
  if (check) console.error(`${file} is out of date: run "npm run docs"`);
  else writeFileSync(url, after);
}
console.log(`${Object.keys(GENERATED).length} documents, ${stale} ${check ? 'out of date' : 'written'}`);
process.exitCode = check && stale > 0 ? 1 : 0;
