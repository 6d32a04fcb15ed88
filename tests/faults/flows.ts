import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { watchStore } from '../../src/app/store-watch.ts';
import { LOCAL } from '../../src/contract/principal.ts';
import { toAppError } from '../../src/errors.ts';
import { checkHealth } from '../../src/gateway/http/health.ts';
import type { Blobs } from '../../src/ports/blobs.ts';
import type { Records } from '../../src/ports/records.ts';
import { recordsOver } from '../../src/storage/records/records-over.ts';
import { StoreThread } from '../../src/storage/sqlite/thread/store-thread.ts';
import { createFakeServices } from '../gateway/fake-services.ts';
import { localCall } from '../support/caller.ts';
import { openJourney, plainPhoto } from '../support/journey.ts';

/** No answer may take longer, ms. */
export const BOUND_MS = 16_000;

/** A server's parts over the store in `folder`; only the detector is scripted. */
export function openServer(folder: string) {
  const file = join(folder, 'records.db');
  const store = new StoreThread(file, { starts: 100 });
  return { ...openServerOver(folder, recordsOver(store), () => existsSync(file)), store };
}

/** The same over records anywhere; `exists` says whether there are any. */
export function openServerOver(folder: string, records: Records, exists: () => boolean, blobs?: Blobs) {
  const journey = openJourney({ store: { folder, records, ...(blobs && { blobs }) }, timeoutMs: BOUND_MS });
  const fake = createFakeServices();
  const watch = watchStore({ records, log: fake.log, exists });
  const services = {
    ...fake,
    ping: () => records.ping(),
    storeHealth: () => watch.health(),
    blobStatus: () => journey.blobs.status(),
  };
  const health = () => checkHealth(services, LOCAL);
  return { ...journey, watch, health };
}

export type Server = ReturnType<typeof openServerOver>;
export type EmbeddedServer = ReturnType<typeof openServer>;

/** What was stored before a fault, and what was acknowledged since. */
export interface Known {
  readonly analysis: string;
  readonly victim: string;
  readonly rule: string;
  readonly brokenRule: string;
  readonly acknowledged: { readonly analyses: string[]; readonly rules: string[] };
}

let shade = 1;

/** A photo like no other, so that each analysis has its own. */
const photo = () => {
  shade = (shade + 3) % 250;
  return plainPhoto(64, 48, shade);
};

const analyze = async (server: Server) =>
  server.service.analyze(localCall, { bytes: await photo(), store: true, use_cache: false });

async function createRule({ rules }: Server, text: string): Promise<string> {
  const reading = await rules.read(localCall, { text });
  if (!reading.ok) throw new Error(reading.reason);
  return (await rules.create(localCall, reading.draft)).rule.rule_id;
}

export async function prepare(server: Server): Promise<Known> {
  const [{ analysis_id: analysis }, { analysis_id: victim }] = [await analyze(server), await analyze(server)];
  const [rule, brokenRule] = [
    await createRule(server, 'Keep mugs at least 10 cm away from laptops'),
    await createRule(server, 'Keep mugs at least 3 cm away from keyboards'),
  ];
  return { analysis, victim, rule, brokenRule, acknowledged: { analyses: [], rules: [] } };
}

type Flow = (server: Server, known: Known) => Promise<string>;

/** Each answers in a word what came out. */
export const FLOWS: Readonly<Record<string, Flow>> = {
  'analyze_image, stored': async (server, { acknowledged }) => {
    const { analysis_id, warnings, stored } = await analyze(server);
    if (stored === false) return /^Not stored: .*\((\w+)\)/.test(warnings[0] ?? '') ? 'done, not stored' : 'done';
    acknowledged.analyses.push(analysis_id);
    return warnings.some((text) => text.startsWith('Not checked')) ? 'done, names the rule' : 'done';
  },
  'list analyses': async ({ service }) => {
    const { unreadable } = await service.list(localCall, { limit: 50 });
    return unreadable ? 'done, names the row' : 'done';
  },
  'read an analysis': async ({ service }, { analysis }) => {
    await service.get(localCall, analysis);
    return 'done';
  },
  'annotated image': async ({ service }, { analysis }) => {
    await service.annotatedImage(localCall, analysis);
    return 'done';
  },
  create_rule: async (server, { acknowledged }) => {
    acknowledged.rules.push(await createRule(server, 'Keep mugs at least 5 cm away from phones'));
    return 'done';
  },
  list_rules: async ({ rules }) => {
    const { unreadable } = await rules.list(localCall, {}, { limit: 50 });
    return unreadable ? 'done, names the row' : 'done';
  },
  test_rule: async ({ service }, { rule }) => {
    await service.analyze(localCall, { bytes: await photo(), store: false, only_rules: [rule] });
    return 'done';
  },
  'statistics of a rule': async ({ rules }, { rule }) => {
    await rules.statistics(localCall, rule);
    return 'done';
  },
  delete_analyses: async ({ service }, { victim }) => {
    const { deleted } = await service.delete(localCall, victim);
    return deleted === 1 ? 'done' : 'nothing';
  },
  'health and readiness': async ({ health }) => {
    const { status, checks } = await health();
    const why = checks.store.error ?? (checks.store.unreadable_records ? 'unreadable' : '');
    const photos = checks.photos.ok ? '' : `photos ${checks.photos.state}`;
    if (photos !== '') return `${status}, ${photos}`;
    return why === '' ? status : `${status}, ${why}`;
  },
};

export interface Answer {
  /** What came out, or the code. */
  readonly text: string;
  readonly ms: number;
}

export async function ask(flow: string, server: Server, known: Known): Promise<Answer> {
  const started = performance.now();
  const text = await FLOWS[flow]!(server, known).catch((thrown: unknown) => {
    const { code, advice } = toAppError(thrown);
    return advice === '' ? `${code} without advice` : code;
  });
  return { text, ms: performance.now() - started };
}
