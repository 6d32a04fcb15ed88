import { ROLE_PERMISSIONS } from '../../src/access/can.ts';
import type { CallContext } from '../../src/contract/call-context.ts';
import { LOCAL, type Role } from '../../src/contract/principal.ts';
import type { Rule, RuleDraft, RuleScope } from '../../src/contract/rule.ts';
import { notUnderstood } from '../../src/language/reading.ts';
import type { Author, ChangeOptions, RuleBook, RuleChange, RuleSource } from '../../src/rulebook/types.ts';

export const localCall: CallContext = { principal: LOCAL };

export function callOf(id: string, role: Role = 'admin'): CallContext {
  return { principal: { id, kind: 'user', role, permissions: ROLE_PERMISSIONS[role] } };
}

/** A rule as people give it; tests read and store it in one go. */
export interface GivenRule {
  readonly text?: string;
  readonly conditions?: readonly unknown[];
  readonly name?: string;
  readonly context?: string | null;
  readonly priority?: number;
  readonly enabled?: boolean;
  readonly scope?: RuleScope;
}

async function draftOf(book: RuleBook, ctx: CallContext, given: GivenRule): Promise<RuleDraft> {
  const { text, conditions, enabled: _enabled, scope: _scope, context, ...rest } = given ?? {};
  const source = (conditions === undefined ? { text } : { conditions }) as RuleSource;
  const result = await book.read(ctx, source, {
    ...rest,
    ...(context !== null && context !== undefined && { context }),
  });
  if (!result.ok) throw notUnderstood(result);
  return result.draft;
}

/** For everyone unless said otherwise, so that two people of a test may work on it. */
export async function makeRule(
  book: RuleBook,
  given: GivenRule,
  { user, reason }: Author,
  options: ChangeOptions = {},
): Promise<RuleChange> {
  const ctx = callOf(user);
  const { enabled = true, scope = 'everyone' } = given ?? {};
  return book.create(ctx, await draftOf(book, ctx, given), { ...options, ...(reason && { reason }), enabled, scope });
}

async function patchOf(book: RuleBook, ctx: CallContext, id: string, given: GivenRule) {
  const { text, conditions, ...fields } = given;
  if (text === undefined && conditions === undefined) return fields;
  const { context } = await book.get(ctx, id);
  return { ...fields, draft: await draftOf(book, ctx, { context, ...given }) };
}

export async function changeRule(
  book: RuleBook,
  id: string,
  given: GivenRule,
  { user, reason }: Author,
  options: ChangeOptions = {},
): Promise<RuleChange> {
  const ctx = callOf(user);
  return book.update(ctx, id, await patchOf(book, ctx, id, given), { ...options, ...(reason && { reason }) });
}

export async function previewRule(book: RuleBook, id: string, given: GivenRule): Promise<RuleChange> {
  return book.preview(localCall, id, await patchOf(book, localCall, id, given));
}

export const removeRule = (
  book: RuleBook,
  id: string,
  { user, reason }: Author,
  options: { permanent?: boolean } = {},
) => book.remove(callOf(user), id, { ...options, ...(reason && { reason }) });

export const restoreRule = (book: RuleBook, id: string, version: number, { user, reason }: Author) =>
  book.restore(callOf(user), id, { version, ...(reason && { reason }) });

export const importRules = (book: RuleBook, document: unknown, { user }: Author) => book.import(callOf(user), document);

/** Rules of a document, for everyone, as `makeRule` makes them. */
export const forEveryone = (rules: readonly Rule[]) => rules.map((rule) => ({ ...rule, scope: 'everyone' as const }));
