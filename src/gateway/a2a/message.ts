import { randomUUID } from 'node:crypto';
import { type Message, type Part, Role } from '@a2a-js/sdk';
import type { AppError } from '../../errors.ts';

const part = (content: NonNullable<Part['content']>, mediaType: string): Part => ({
  content,
  mediaType,
  filename: '',
  metadata: undefined,
});

export const textPart = (text: string): Part => part({ $case: 'text', value: text }, 'text/plain');
export const dataPart = (value: unknown): Part => part({ $case: 'data', value }, 'application/json');
export const urlPart = (url: string, mediaType: string): Part => part({ $case: 'url', value: url }, mediaType);

/** What went wrong, in words and as data. */
export function errorParts(error: AppError): Part[] {
  const { type: _, ...told } = error.toJSON();
  return [textPart(`${told.message} ${told.advice}`), dataPart({ error: told })];
}

export const agentMessage = (
  taskId: string,
  contextId: string,
  parts: Part[],
  metadata: Record<string, unknown> | undefined = undefined,
): Message => ({
  messageId: randomUUID(),
  contextId,
  taskId,
  role: Role.ROLE_AGENT,
  parts,
  metadata,
  extensions: [],
  referenceTaskIds: [],
});
