import Fastify from 'fastify';
import { ROLE_PERMISSIONS } from '../src/access/can.ts';
import { PERMISSIONS, type Permission, ROLES, type Role } from '../src/contract/principal.ts';
import { TOPIC_PERMISSION } from '../src/events/live-feed.ts';
import { restPlugin } from '../src/gateway/rest/rest-plugin.ts';
import type { Services } from '../src/services.ts';
import { TOOLS } from '../tools/index.ts';

/** A row and what each role gets, as the data of the program say: tests ask a running server whether it keeps to them. */
export type MatrixRow = readonly [what: string, permission: string, ...roles: string[]];

const mark = (role: Role, permission: Permission | null) =>
  permission === null || ROLE_PERMISSIONS[role].includes(permission) ? '●' : '–';
const rowOf = (what: string, permission: Permission | null): MatrixRow => [
  what,
  permission === null ? 'being somebody' : `\`${permission}\``,
  ...ROLES.map((role) => mark(role, permission)),
];

/** Of the permissions themselves. */
export const permissionRows = (): string[][] =>
  PERMISSIONS.map((one) => [`\`${one}\``, ...ROLES.map((role) => mark(role, one))]);

export const toolRows = (): MatrixRow[] =>
  TOOLS.map(({ name, permission }) => rowOf(`\`${name}\``, permission)).toSorted(byText);

export const topicRows = (): MatrixRow[] =>
  Object.entries(TOPIC_PERMISSION).map(([topic, permission]) => rowOf(topic, permission));

/** Of all routes that the OpenAPI document shows. */
export async function routeRows(): Promise<MatrixRow[]> {
  const rows: MatrixRow[] = [];
  const app = Fastify();
  app.addHook('onRoute', ({ method, url, schema = {}, config }) => {
    const { operationId, 'x-permission': permission = null } = schema as {
      operationId?: string;
      'x-permission'?: Permission;
    };
    if (operationId === undefined || method === 'HEAD') return;
    const what = `${[method].flat().join(', ')} \`${url.replace(/:(\w+)/g, '{$1}')}\``;
    rows.push(config?.open === true ? [what, 'nothing', ...ROLES.map(() => '●')] : rowOf(what, permission));
  });
  // Routes ask for their services when they are called.
  const services = { version: '', capabilities: { readOnly: false, languageModel: false } } as unknown as Services;
  await app.register(restPlugin()(services).routes);
  await app.ready();
  await app.close();
  return rows.toSorted(byPath);
}

const byText = ([a]: MatrixRow, [b]: MatrixRow) => (a < b ? -1 : 1);
const byPath = ([a]: MatrixRow, [b]: MatrixRow) => {
  const key = (text: string) => text.split(' ').toReversed().join(' ');
  return key(a) < key(b) ? -1 : 1;
};
