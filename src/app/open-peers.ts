import { readFileSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { PeerList, type PeerSettings } from '../contract/peer-settings.ts';
import type { PeerAgents } from '../ports/peer-agents.ts';
import { parseReference } from '../secrets/reference.ts';
import type { SecretReader } from '../secrets/secret-reader.ts';

type PeerConfig = Pick<Config, 'H200_PEERS' | 'GOOGLE_APPLICATION_CREDENTIALS' | 'GCP_SECRET_MANAGER_ENDPOINT'>;

/** The peers of the configuration. Throws ConfigError, which says where it is wrong and quotes nothing. */
export function readPeers({ H200_PEERS: given }: PeerConfig): readonly PeerSettings[] {
  if (given === undefined) return [];
  const read = PeerList.safeParse(parsed(/^\s*\[/.test(given) ? given : fileText(given)));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new ConfigError([`H200_PEERS: ${issue?.path.join('.') || 'the list'} ${issue?.message ?? 'is not valid'}`]);
}

function fileText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new ConfigError(['H200_PEERS: is neither a JSON list nor a file that can be read']);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigError(['H200_PEERS: is not valid JSON']);
  }
}

/** The client of A2A, loaded by the first that hands something on. */
export function openPeers(config: PeerConfig): PeerAgents & { close(): Promise<void> } {
  let reader: Promise<SecretReader> | undefined;
  let agents: Promise<PeerAgents> | undefined;
  const { GOOGLE_APPLICATION_CREDENTIALS: keyFile, GCP_SECRET_MANAGER_ENDPOINT: endpoint } = config;
  async function readSecret(reference: string): Promise<string> {
    reader ??= import('../secrets/secret-reader.ts').then(
      ({ SecretReader }) => new SecretReader({ keyFile, endpoint }),
    );
    return (await reader).read(parseReference(reference));
  }
  const load = () => {
    agents ??= import('../peer-agents/a2a-peers.ts').then(({ createA2aPeers }) => createA2aPeers(readSecret));
    return agents;
  };
  return {
    send: async (...args) => (await load()).send(...args),
    get: async (...args) => (await load()).get(...args),
    cancel: async (...args) => (await load()).cancel(...args),
    close: async () => (await reader)?.close(),
  };
}
