import { randomUUID } from 'node:crypto';
import { SendMessageRequest, type Task, taskStateToJSON } from '@a2a-js/sdk';
import {
  type Client,
  ClientFactory,
  DefaultAgentCardResolver,
  JsonRpcTransportFactory,
  RestTransportFactory,
} from '@a2a-js/sdk/client';
import { DELEGATION_METADATA } from '../contract/delegation-trace.ts';
import type { PeerSettings } from '../contract/peer-settings.ts';
import { AppError } from '../errors.ts';
import type { PeerAgents, PeerMessage, PeerTask } from '../ports/peer-agents.ts';
import { type PeerLimits, peerFailed, peerFetch } from './peer-fetch.ts';
import { readMessage, readTask } from './read-task.ts';

const LEGACY = { legacyCompat: { enabled: true } };

/** The secret that a reference names; throws SECRET_001. */
export type ReadSecret = (reference: string) => Promise<string>;

/** Peers over A2A 1.0, or 0.3 where that is what their card offers. */
export function createA2aPeers(readSecret: ReadSecret, limits?: PeerLimits): PeerAgents {
  async function connect(
    peer: PeerSettings,
    signal: AbortSignal,
  ): Promise<{ client: Client; skills: readonly string[] }> {
    const fetchImpl = peerFetch(peer, () => credentialOf(peer, readSecret), signal, limits);
    const card = await new DefaultAgentCardResolver({ fetchImpl, path: '', ...LEGACY }).resolve(peer.card_url);
    const factory = new ClientFactory({
      transports: [
        new JsonRpcTransportFactory({ fetchImpl, ...LEGACY }),
        new RestTransportFactory({ fetchImpl, ...LEGACY }),
      ],
      clientConfig: { polling: true },
    });
    return { client: await factory.createFromAgentCard(card), skills: (card.skills ?? []).map(({ id }) => id) };
  }

  /** Whatever a peer or the SDK throws becomes an error that says nothing in the peer's words. */
  async function asked<T>(
    peer: PeerSettings,
    signal: AbortSignal,
    ask: (client: Client, skills: readonly string[]) => Promise<T>,
  ): Promise<T> {
    try {
      const { client, skills } = await connect(peer, signal);
      return await ask(client, skills);
    } catch (thrown) {
      if (signal.aborted) throw new AppError('ANALYSIS_006', { cause: thrown });
      if (thrown instanceof AppError) throw thrown;
      throw new AppError('DELEGATION_004', { cause: thrown });
    }
  }

  return {
    send: (peer, message, signal) =>
      asked(peer, signal, async (client, skills) => {
        const { skill } = message;
        if (skill !== null && !skills.includes(skill))
          throw new AppError('DELEGATION_003', { message: "The peer's card has no such skill." });
        const answer = await client.sendMessage(requestOf(message), { signal });
        return 'messageId' in answer ? readMessage(answer) : taskOf(answer);
      }),
    get: (peer, id, signal) =>
      asked(peer, signal, async (client) =>
        taskOf(await client.getTask({ tenant: '', id, historyLength: 0 }, { signal }), id),
      ),
    cancel: (peer, id, signal) =>
      asked(peer, signal, async (client) =>
        taskOf(await client.cancelTask({ tenant: '', id, metadata: undefined }, { signal }), id),
      ),
  };
}

/** Throws DELEGATION_004 for a task that nobody could ask for again, or is another one. */
function taskOf(task: Task, asked = task.id): PeerTask {
  if (task.id === '' || task.id !== asked) throw peerFailed('it answered with another task, or with none.');
  return readTask(task, taskStateToJSON);
}

async function credentialOf({ credential }: PeerSettings, readSecret: ReadSecret): Promise<Record<string, string>> {
  if (credential === undefined) return {};
  const secret = await readSecret(credential.secret);
  if (!/^[\x21-\x7e]+$/.test(secret)) throw peerFailed('its secret is none that a header can hold.');
  return credential.scheme === 'bearer' ? { authorization: `Bearer ${secret}` } : { [credential.header]: secret };
}

function requestOf({ text, image, data, skill, trace }: PeerMessage): SendMessageRequest {
  const parts = [
    ...(text === null ? [] : [{ text, mediaType: 'text/plain' }]),
    ...(image === null ? [] : [{ raw: Buffer.from(image.bytes).toString('base64'), mediaType: image.mediaType }]),
    ...(data === null ? [] : [{ data, mediaType: 'application/json' }]),
  ];
  return SendMessageRequest.fromJSON({
    message: {
      messageId: `msg_${randomUUID()}`,
      role: 'ROLE_USER',
      parts,
      metadata: { ...(skill !== null && { skill }), [DELEGATION_METADATA]: trace },
    },
    configuration: { returnImmediately: true, acceptedOutputModes: [] },
  });
}
