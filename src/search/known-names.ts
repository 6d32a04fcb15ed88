import { can } from '../access/can.ts';
import type { CallContext } from '../contract/call-context.ts';
import { isKnownObject, KNOWN_IN_SHORT } from '../contract/objects.ts';
import type { CheckedSearch } from '../contract/search.ts';
import { filterTerms, OUTCOMES } from '../contract/search-terms.ts';
import { AppError } from '../errors.ts';
import { AMBIGUOUS_NOUNS, NOUN_WORDS } from '../language/grammar/noun-words.ts';
import { quotedText } from '../plain-text.ts';
import type { SearchParts } from './parts.ts';

/**
 * The request with the words that rules know for classes and groups in place of their synonyms. VALIDATION_002 for a class
 * that is neither known nor on any analysis of the caller's, RULES_001 for a rule of which that is so.
 */
export async function withKnownNames(
  parts: SearchParts,
  context: CallContext,
  request: CheckedSearch,
): Promise<CheckedSearch> {
  const known = async (field: 'objects' | 'about') => {
    const names = request[field];
    return names && (await Promise.all(names.map((name) => knownName(parts, context, name, field))));
  };
  const [objects, about] = [await known('objects'), await known('about')];
  if (request.rule_id !== undefined) await findRule(parts, context, request.rule_id);
  return { ...request, ...(objects && { objects }), ...(about && { about }) };
}

async function knownName(parts: SearchParts, context: CallContext, name: string, field: string): Promise<string> {
  // A model of the user's own may name a class as it likes.
  if (isKnownObject(name) || (await has(parts, context, filterTerms({ objects: [name] })))) return name;
  const words = name.toLowerCase().split(/[\s_]+/);
  const word = (at: number) => words[at] ?? '';
  const noun = NOUN_WORDS.match(word, 0);
  if (noun?.length === words.length) return noun.value.name;
  const question = AMBIGUOUS_NOUNS.match(word, 0)?.value;
  throw new AppError('VALIDATION_002', {
    message: question ?? `${quotedText(name)} is no known object, and none of your analyses has one.`,
    advice: `In "${field}" name any of: ${KNOWN_IN_SHORT}, or a class that your own model finds.`,
    details: { field, unknown: name },
  });
}

async function findRule(parts: SearchParts, context: CallContext, id: string): Promise<void> {
  const head = await parts.records.rules.head(id);
  if (head !== null && can(context.principal, 'analysis:read', head)) return;
  for (const outcome of OUTCOMES) {
    // A removed rule is still what older analyses were checked by.
    if (await has(parts, context, filterTerms({ ruleId: id, outcome }))) return;
  }
  throw new AppError('RULES_001', {
    message: 'There is no rule with this id, and no analysis of yours was checked by one.',
    details: { rule_id: id },
  });
}

/** Whether an analysis of the caller's has them; where that is not found out in one go, it may. */
async function has({ records }: SearchParts, { principal }: CallContext, terms: readonly string[]): Promise<boolean> {
  const { items, nextCursor } = await records.analyses.search(principal.id, { terms }, { limit: 1 });
  return items.length > 0 || nextCursor !== null;
}
