import { completable, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { Principal } from '../../../contract/principal.ts';
import type { Services } from '../../../services.ts';
import { invalidArguments } from '../../lenient/invalid-arguments.ts';
import type { Prompt } from './prompt.ts';
import { advertised } from './schema.ts';

const MAX_ARGUMENT = 2000;

/** As the SDK wants it, which lists and completes from it; arguments pass unchecked, `checkedArguments` is for them. */
export type PromptSchema = ReturnType<typeof advertised> & { readonly shape: Readonly<Record<string, z.ZodType>> };

/** Building zod schemas takes longer than all the rest of a server, so they are kept for as long as services and caller. */
const kept = new WeakMap<Services, WeakMap<Principal, Map<Prompt, PromptSchema>>>();

export function promptSchema(prompt: Prompt, services: Services, principal: Principal): PromptSchema {
  const ofServices = kept.get(services) ?? new WeakMap<Principal, Map<Prompt, PromptSchema>>();
  kept.set(services, ofServices);
  const known = ofServices.get(principal) ?? new Map<Prompt, PromptSchema>();
  ofServices.set(principal, known);
  const schema = known.get(prompt) ?? schemaOf(prompt, services, principal);
  known.set(prompt, schema);
  return schema;
}

function schemaOf(prompt: Prompt, services: Services, principal: Principal): PromptSchema {
  const fields = Object.entries(prompt.arguments).map(([name, { description, required, complete }]) => {
    const text = z.string().describe(description);
    const field = complete ? completable(text, (typed) => complete(services, { principal }, typed)) : text;
    return [name, required ? field : field.optional()] as const;
  });
  const shape = Object.fromEntries(fields);
  return { ...advertised(z.object(shape), 'input'), shape };
}

const checks = new WeakMap<Prompt, z.ZodObject>();

/** The arguments of a prompt, or -32602 with every one that is missing, empty, too long or unknown. */
export function checkedArguments(prompt: Prompt, given: unknown): Readonly<Record<string, string | undefined>> {
  const schema = checks.get(prompt) ?? checkOf(prompt);
  checks.set(prompt, schema);
  const checked = schema.safeParse(given ?? {});
  if (checked.success) return checked.data as Readonly<Record<string, string | undefined>>;
  const error = invalidArguments(checked.error, schema);
  throw new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    `${error.code}: ${error.message} ${error.advice}`,
    error.toJSON(),
  );
}

function checkOf(prompt: Prompt): z.ZodObject {
  const text = z.string().max(MAX_ARGUMENT).regex(/\S/, 'is empty');
  return z.strictObject(
    Object.fromEntries(
      Object.entries(prompt.arguments).map(([name, { required, schema = text }]) => [
        name,
        required ? schema : schema.optional(),
      ]),
    ),
  );
}
