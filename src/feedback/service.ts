import { can, demand } from '../access/can.ts';
import { readOwn } from '../access/read-own.ts';
import type { Analysis } from '../contract/analysis.ts';
import type { CallContext } from '../contract/call-context.ts';
import { Feedback, type FeedbackInput } from '../contract/feedback.ts';
import type { Page, PageRequest } from '../contract/page.ts';
import { AppError } from '../errors.ts';
import { turnsOf } from '../one-after-another.ts';
import { plainText } from '../plain-text.ts';
import type { Records } from '../ports/records.ts';
import type { RegistryEntry } from '../ports/registry.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { checkFeedback } from './check-feedback.ts';
import { feedbackId } from './feedback-id.ts';

/** What people say of answers: kept, listed and counted. It never changes a result. */
export interface FeedbackService {
  /** Takes the place of what the caller said of the same thing before. Throws ANALYSIS_008, VALIDATION_002. */
  give(ctx: CallContext, input: FeedbackInput): Promise<Feedback>;
  /** The caller's own, newest first. */
  list(ctx: CallContext, page: PageRequest): Promise<Page<Feedback>>;
  count(ctx: CallContext): Promise<number>;
  /** What the caller said of one analysis. */
  ofAnalysis(ctx: CallContext, analysisId: string): Promise<Feedback[]>;
  /** Throws FEEDBACK_001. */
  delete(ctx: CallContext, id: string): Promise<void>;
}

export interface FeedbackDeps {
  readonly records: Pick<Records, 'analyses' | 'registry'>;
  readonly metrics: Pick<Metrics, 'feedback'>;
  readonly now: () => Date;
}

const KIND = 'feedback';
const MAX_COMMENTS = 1000;
/** Of one analysis there is never more: its objects, its rules, and one of them with another. */
const MOST_OF_ONE = 1000;

export function createFeedbackService({ records, metrics, now }: FeedbackDeps): FeedbackService {
  const { analyses, registry } = records;

  async function ownAnalysis({ principal }: CallContext, id: string): Promise<Analysis> {
    const stored = await readOwn(
      analyses,
      id,
      (record) => can(principal, 'analysis:read', record),
      () => notThere(id),
    );
    return stored.analysis;
  }

  /** The newest word of several at once stays. */
  async function put(entry: RegistryEntry): Promise<void> {
    await turnsOf(registry).until(`${KIND} ${entry.id}`, async () => {
      const before = await registry.get(KIND, entry.id);
      const done =
        before === null
          ? await registry.add(KIND, entry)
          : await registry.replace(KIND, { ...entry, created_at: before.created_at, version: before.version + 1 });
      return done ? { value: true } : null;
    });
  }

  return {
    async give(ctx, input) {
      demand(ctx.principal, 'analysis:write');
      const { analysis_id, is_correct, object_id = null, rule_id = null, correct_position = null } = input;
      const analysis = await ownAnalysis(ctx, analysis_id);
      checkFeedback(input, analysis);
      if ((await registry.under(KIND, analysis_id, MOST_OF_ONE)).length >= MOST_OF_ONE) throw tooMany(analysis_id);
      const owner = ctx.principal.id;
      const comments = input.comments === undefined ? null : plainText(input.comments, MAX_COMMENTS) || null;
      const value: Feedback = {
        feedback_id: feedbackId(owner, analysis_id, object_id, rule_id),
        analysis_id,
        about: rule_id !== null ? 'rule' : object_id !== null ? 'object' : 'analysis',
        object_id,
        rule_id,
        is_correct,
        correct_position,
        comments,
        model: analysis.model?.name ?? null,
        created_at: now().toISOString(),
      };
      const { feedback_id: id, created_at } = value;
      const lookup = `${analysis_id} ${id}`;
      await put({ id, lookup, owner, created_at, expires_at: null, version: 1, value });
      // It may have been deleted meanwhile, and nothing that is said of it may stay.
      if ((await analyses.head(analysis_id)) === null) {
        await registry.remove(KIND, id);
        throw notThere(analysis_id);
      }
      metrics.feedback.inc({ about: value.about, is_correct: String(is_correct) });
      return value;
    },
    async list({ principal }, page) {
      demand(principal, 'analysis:read');
      const { items, nextCursor, unreadable = [] } = await registry.list(KIND, principal.id, page);
      const damaged = [...unreadable, ...items.filter((one) => read(one) === null).map(({ id }) => id)];
      return { items: items.flatMap(readOnes), nextCursor, ...(damaged.length > 0 && { unreadable: damaged }) };
    },
    async count({ principal }) {
      demand(principal, 'analysis:read');
      return registry.count(KIND, principal.id);
    },
    async ofAnalysis(ctx, analysisId) {
      demand(ctx.principal, 'analysis:read');
      await ownAnalysis(ctx, analysisId);
      const entries = await registry.under(KIND, analysisId, MOST_OF_ONE);
      return entries.filter(({ owner }) => owner === ctx.principal.id).flatMap(readOnes);
    },
    async delete({ principal }, id) {
      demand(principal, 'analysis:write');
      const entry = await registry.get(KIND, id);
      const mine = entry !== null && entry.owner === principal.id;
      if (!mine || !(await registry.remove(KIND, id))) {
        throw new AppError('FEEDBACK_001', { details: { feedback_id: id } });
      }
    },
  };
}

/** Null for one that is damaged. */
const read = ({ value }: RegistryEntry): Feedback | null => Feedback.safeParse(value).data ?? null;
const readOnes = (entry: RegistryEntry): Feedback[] => [read(entry)].filter((one) => one !== null);

const notThere = (id: string) => new AppError('ANALYSIS_008', { details: { analysis_id: id } });

const tooMany = (id: string) =>
  new AppError('VALIDATION_002', {
    message: `${MOST_OF_ONE} things are said of this analysis already.`,
    advice: 'Delete some of them.',
    details: { analysis_id: id },
  });
