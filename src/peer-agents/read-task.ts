import type { Message, Part, Task } from '@a2a-js/sdk';
import type { DelegationState, PeerArtifact } from '../contract/delegation.ts';
import { plainText, plainValue } from '../plain-text.ts';
import type { PeerTask } from '../ports/peer-agents.ts';

const MAX_ARTIFACTS = 20;
const MAX_TEXT = 8000;
const MAX_SAYS = 2000;
/** Of the data of one artifact, characters of JSON. */
const MAX_DATA = 200_000;
/** Of all artifacts together. */
const MAX_ALL = 400_000;
const MAX_URL = 2000;

/** Wire names of the states; what is not known has not ended. */
const STATES: Readonly<Record<string, DelegationState>> = {
  TASK_STATE_SUBMITTED: 'submitted',
  TASK_STATE_WORKING: 'working',
  TASK_STATE_COMPLETED: 'completed',
  TASK_STATE_FAILED: 'failed',
  TASK_STATE_CANCELED: 'canceled',
  TASK_STATE_REJECTED: 'rejected',
  TASK_STATE_INPUT_REQUIRED: 'input_required',
  TASK_STATE_AUTH_REQUIRED: 'input_required',
};

/** What a task of a peer says, as plain bounded data. */
export function readTask({ id, status, artifacts }: Task, nameOf: (state: number) => string): PeerTask {
  const parts = artifacts.flatMap(({ name, artifactId, parts }) =>
    parts.map((part) => artifactOf(name || artifactId, part)),
  );
  return {
    taskId: plainText(id, 200),
    state: STATES[nameOf(status?.state ?? 0)] ?? 'working',
    says: status?.message === undefined ? null : wordsOf(status.message),
    artifacts: bounded(parts),
  };
}

/** An answer without a task is the result. */
export const readMessage = (message: Message): PeerTask => ({
  taskId: null,
  state: 'completed',
  says: wordsOf(message),
  artifacts: bounded(
    message.parts.filter(({ content }) => content?.$case !== 'text').map((part) => artifactOf('answer', part)),
  ),
});

function wordsOf({ parts }: Message): string | null {
  const words = parts.flatMap(({ content }) => (content?.$case === 'text' ? [content.value] : []));
  const text = plainText(words.join(' '), MAX_SAYS);
  return text === '' ? null : text;
}

function artifactOf(name: string, { content, mediaType }: Part): PeerArtifact {
  const shown = { name: plainText(name, 120), ...(mediaType && { media_type: plainText(mediaType, 100) }) };
  switch (content?.$case) {
    case 'text':
      return { ...shown, text: plainText(content.value, MAX_TEXT) };
    case 'data': {
      const data = plainValue(content.value, MAX_TEXT);
      const tooLong = (JSON.stringify(data) ?? '').length > MAX_DATA;
      return tooLong ? { ...shown, left_out: `more than ${MAX_DATA} characters` } : { ...shown, data };
    }
    case 'url':
      return { ...shown, url: plainText(content.value, MAX_URL) };
    default:
      return { ...shown, left_out: 'a file: only text, data and addresses are kept' };
  }
}

function bounded(all: readonly PeerArtifact[]): PeerArtifact[] {
  let used = 0;
  return all.slice(0, MAX_ARTIFACTS).map((one) => {
    const size = JSON.stringify(one).length;
    if (used + size > MAX_ALL)
      return { name: one.name, left_out: `all artifacts hold more than ${MAX_ALL} characters` };
    used += size;
    return one;
  });
}
