import { setTimeout as sleep } from 'node:timers/promises';
import type { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import { AppError } from '../errors.ts';
import { managerError } from './manager-errors.ts';
import type { ManagedReference } from './reference.ts';
import { secretText } from './secret-text.ts';

export interface SecretManagerOptions {
  /** A file of credentials; absent: what Google's library finds by itself. */
  readonly keyFile?: string | undefined;
  /** Another endpoint, such as a regional one. `http:` is an emulator, which is given no credentials. */
  readonly endpoint?: string | undefined;
  /** One try, and all of them together, ms. */
  readonly tryMs?: number;
  readonly limitMs?: number;
  /** The first pause between tries, ms; each next one is twice as long. */
  readonly pauseMs?: number;
}

export interface ListedSecret {
  readonly name: string;
  readonly created_at: string | null;
}

const LIMITS = { tryMs: 5000, limitMs: 15_000, pauseMs: 200 };
const TRIES = 3;
/** The service answers no more on one page. */
const PAGE = 250;
const MOST_LISTED = 10_000;

/** A call may be made again by us alone: the client's own tries last for minutes. */
const once = (timeout: number) => ({ timeout, retry: { retryCodes: [] } });

/** Google Secret Manager over its REST interface. The client is loaded by the first call; each ends within its limit. */
export class SecretManager {
  private readonly options: SecretManagerOptions & typeof LIMITS;
  private client: Promise<SecretManagerServiceClient> | undefined;

  constructor(options: SecretManagerOptions = {}) {
    this.options = { ...LIMITS, ...options };
  }

  /** Throws SECRET_001. */
  async read({ project, name, version }: ManagedReference): Promise<string> {
    return this.call(true, async (client, ms) => {
      const path = `projects/${project}/secrets/${name}/versions/${version}`;
      const [{ payload }] = await client.accessSecretVersion({ name: path }, once(ms));
      const data = payload?.data ?? '';
      return secretText(typeof data === 'string' ? Buffer.from(data) : data);
    });
  }

  /** The secrets of a project by their names. */
  async list(project: string): Promise<ListedSecret[]> {
    return this.call(true, async (client, ms) => {
      const listed: ListedSecret[] = [];
      let pageToken = '';
      do {
        const request = { parent: `projects/${project}`, pageSize: PAGE, pageToken };
        const [secrets, , answer] = await client.listSecrets(request, { ...once(ms), autoPaginate: false });
        for (const { name, createTime } of secrets) {
          const seconds = Number(createTime?.seconds ?? Number.NaN);
          const created_at = Number.isFinite(seconds) ? new Date(seconds * 1000).toISOString() : null;
          listed.push({ name: name?.split('/').at(-1) ?? '', created_at });
        }
        pageToken = (answer as { nextPageToken?: string } | null | undefined)?.nextPageToken ?? '';
      } while (pageToken !== '' && listed.length < MOST_LISTED);
      return listed;
    });
  }

  /** Adds a version, to a new secret where there is none. Resolves with the number of the version. */
  async set(project: string, name: string, value: string): Promise<string> {
    const parent = `projects/${project}/secrets/${name}`;
    const add = () =>
      this.call(false, async (client, ms) => {
        const [made] = await client.addSecretVersion({ parent, payload: { data: Buffer.from(value) } }, once(ms));
        return made.name?.split('/').at(-1) ?? '';
      });
    try {
      return await add();
    } catch (thrown) {
      if (!isMissing(thrown)) throw thrown;
    }
    await this.call(false, async (client, ms) => {
      const secret = { replication: { automatic: {} } };
      await client.createSecret({ parent: `projects/${project}`, secretId: name, secret }, once(ms));
    });
    return add();
  }

  /** Removes the secret with all its versions. False where there is none. */
  async remove(project: string, name: string): Promise<boolean> {
    try {
      await this.call(false, (client, ms) =>
        client.deleteSecret({ name: `projects/${project}/secrets/${name}` }, once(ms)),
      );
      return true;
    } catch (thrown) {
      if (isMissing(thrown)) return false;
      throw thrown;
    }
  }

  async close(): Promise<void> {
    const client = await this.client?.catch(() => null);
    await client?.close().catch(() => undefined);
  }

  /** `again`: what may be asked twice is tried three times, with growing pauses. */
  private async call<T>(
    again: boolean,
    ask: (client: SecretManagerServiceClient, ms: number) => Promise<T>,
  ): Promise<T> {
    const { tryMs, limitMs, pauseMs } = this.options;
    // Loading it asks nobody.
    const client = await this.open();
    const end = performance.now() + limitMs;
    for (let round = 1; ; round += 1) {
      try {
        const left = Math.max(1, Math.min(tryMs, end - performance.now()));
        return await inTime(left + 100, ask(client, left));
      } catch (thrown) {
        const { error, passing } = managerError(thrown);
        const pause = pauseMs * 2 ** (round - 1) * (0.5 + Math.random());
        if (!again || !passing || round >= TRIES || performance.now() + pause >= end) throw error;
        await sleep(pause, undefined, { ref: false });
      }
    }
  }

  private open(): Promise<SecretManagerServiceClient> {
    this.client ??= this.load().catch((thrown: unknown) => {
      this.client = undefined;
      throw thrown;
    });
    return this.client;
  }

  private async load(): Promise<SecretManagerServiceClient> {
    const { SecretManagerServiceClient } = await import('@google-cloud/secret-manager');
    const { keyFile: keyFilename, endpoint } = this.options;
    if (endpoint === undefined) {
      return new SecretManagerServiceClient({ fallback: true, ...(keyFilename !== undefined && { keyFilename }) });
    }
    const { hostname, port, protocol } = new URL(endpoint);
    const at = { fallback: true, apiEndpoint: hostname, ...(port !== '' && { port: Number(port) }) };
    if (protocol !== 'http:') {
      return new SecretManagerServiceClient({ ...at, ...(keyFilename !== undefined && { keyFilename }) });
    }
    const { PassThroughClient } = await import('google-auth-library');
    return new SecretManagerServiceClient({
      ...at,
      port: Number(port || 80),
      protocol: 'http',
      authClient: new PassThroughClient(),
      projectId: 'emulator',
    });
  }
}

const isMissing = (thrown: unknown): boolean => thrown instanceof AppError && thrown.details.problem === 'not found';

/** Credentials are looked for without a limit of their own. */
async function inTime<T>(ms: number, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const end = sleep(ms, undefined, { signal: over.signal }).then(() => {
    throw new AppError('SECRET_001', {
      message: 'Secret Manager did not answer in time.',
      details: { problem: 'late' },
    });
  });
  work.catch(() => undefined);
  end.catch(() => undefined);
  try {
    return await Promise.race([work, end]);
  } finally {
    over.abort();
  }
}
