import type { CallContext } from '../../../contract/call-context.ts';
import { printableJson } from '../../../plain-text.ts';
import type { Services } from '../../../services.ts';

export type ResourceContent =
  | { readonly text: string; readonly mimeType: string; readonly _meta?: Record<string, unknown> }
  | { readonly blob: string; readonly mimeType: string };

interface Common {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
  /** How long a client may keep it, and whether every caller sees the same. */
  readonly cache: { readonly ttlMs: number; readonly cacheScope: 'public' | 'private' };
}

/** One thing that an agent can read. */
export interface FixedResource extends Common {
  readonly uri: string;
  read(services: Services, ctx: CallContext): Promise<ResourceContent>;
}

/** A family of things: `{name}` in the template is given to `read`. */
export interface TemplateResource extends Common {
  readonly template: string;
  readonly variable: string;
  /** Ids that start with what the person typed. */
  complete(services: Services, ctx: CallContext, typed: string): Promise<string[]>;
  read(services: Services, ctx: CallContext, id: string): Promise<ResourceContent>;
}

export type Resource = FixedResource | TemplateResource;

export const json = (value: unknown): ResourceContent => ({
  text: printableJson(value, 1),
  mimeType: 'application/json',
});
