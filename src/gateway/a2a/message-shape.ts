import { RequestMalformedError } from '@a2a-js/sdk/errors';
import * as z from 'zod';

const text = z.string().nullish();
const members = z.record(z.string(), z.unknown()).nullish();

const Part = z.looseObject({
  text,
  raw: text,
  url: text,
  data: z.unknown().optional(),
  mediaType: text,
  filename: text,
  metadata: members,
});

const Target = z.looseObject({
  id: text,
  url: text,
  token: text,
  authentication: z.looseObject({ scheme: text, credentials: text }).nullish(),
});

const Request = z.looseObject({
  message: z.looseObject({
    messageId: text,
    contextId: text,
    taskId: text,
    role: z.enum(['ROLE_USER', 'ROLE_AGENT', 'ROLE_UNSPECIFIED']).or(z.int().min(0).max(2)).nullish(),
    parts: z.array(Part),
    metadata: members,
    extensions: z.array(z.string()).nullish(),
    referenceTaskIds: z.array(z.string()).nullish(),
  }),
  configuration: z
    .looseObject({
      acceptedOutputModes: z.array(z.string()).nullish(),
      taskPushNotificationConfig: Target.nullish(),
      historyLength: z.int().min(0).nullish(),
      returnImmediately: z.boolean().nullish(),
    })
    .nullish(),
  metadata: members,
});

const id = z.string().max(256).nullish();
const historyLength = z.int().min(0).nullish();

/** What a call names: of 1.0 and of 0.3, which share their members' names. */
const Named = z.looseObject({
  id,
  taskId: id,
  contextId: id,
  pushNotificationConfigId: id,
  historyLength,
  configuration: z.looseObject({ historyLength }).nullish(),
});

const CONTENT = ['text', 'raw', 'url', 'data'] as const;

/** Looks at a request of 1.0 before the SDK reads it, which takes everything for what it should be. */
export function checkSendRequest(params: unknown): void {
  check(Request, params);
  for (const [at, part] of (params as z.output<typeof Request>).message.parts.entries()) {
    const given = CONTENT.filter((name) => part[name] !== undefined && part[name] !== null);
    if (given.length !== 1) throw malformed(`message.parts.${at} must hold one of ${CONTENT.join(', ')}`);
  }
}

export const checkNamed = (params: unknown): void => check(Named, params ?? {});

export const checkTarget = (params: unknown): void => check(Target, params);

function check(shape: z.ZodType, given: unknown): void {
  const { error } = shape.safeParse(given);
  if (error === undefined) return;
  const { path, message } = error.issues[0]!;
  throw malformed(`${path.length === 0 ? 'the request' : path.join('.')} is not valid (${message})`);
}

const malformed = (what: string) => new RequestMalformedError(`${what[0]!.toUpperCase()}${what.slice(1)}.`);
