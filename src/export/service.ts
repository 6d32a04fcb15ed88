import { demand } from '../access/can.ts';
import type { AnalysisService } from '../analysis/service.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { ExportFormat, ExportName } from '../contract/export.ts';
import type { Page, PageRequest } from '../contract/page.ts';
import type { Permission } from '../contract/principal.ts';
import { AppError, toAppError } from '../errors.ts';
import type { FeedbackService } from '../feedback/service.ts';
import type { RuleBook } from '../rulebook/types.ts';
import { csvLine } from './csv.ts';
import { ANALYSES, FEEDBACK, RULES, type Table, VERSIONS } from './rows.ts';

export interface ExportFilter {
  /** Of analyses, those that were measured by it; others it does not concern. */
  readonly calibration_id?: string | undefined;
}

export interface ExportService {
  /**
   * All of one kind that is the caller's, piece by piece, a page in memory at a time. JSON is one document
   * (`{"version":1,"<name>":[…],"unreadable":[…]}`; that of rules can be imported), CSV one table. Throws AUTH_003 at once,
   * ANALYSIS_006 when the caller gives up.
   */
  write(ctx: CallContext, name: ExportName, format: ExportFormat, filter?: ExportFilter): AsyncGenerator<string>;
}

export interface ExportDeps {
  readonly analyses: Pick<AnalysisService, 'get' | 'list'>;
  readonly rules: Pick<RuleBook, 'list' | 'removed' | 'history'>;
  readonly feedback: Pick<FeedbackService, 'list'>;
}

const PAGE = 100;
export const EXPORT_PERMISSION: Readonly<Record<ExportName, Permission>> = {
  analyses: 'analysis:read',
  feedback: 'analysis:read',
  rules: 'rules:read',
  history: 'rules:read',
};

/** One thing of a list, or the id of one that is stored and cannot be read. */
type Found<T> = { readonly one: T } | { readonly unreadable: string };

export function createExportService({ analyses, rules, feedback }: ExportDeps): ExportService {
  async function* whole(ctx: CallContext, filter: ExportFilter): AsyncGenerator<Found<unknown>> {
    for await (const item of all((page) => analyses.list(ctx, { ...page, ...filter }))) {
      if ('unreadable' in item) yield item;
      else yield* readable(item.one.analysis_id, () => analyses.get(ctx, item.one.analysis_id));
    }
  }

  async function* versions(ctx: CallContext) {
    const lists = [(page: PageRequest) => rules.list(ctx, {}, page), (page: PageRequest) => rules.removed(ctx, page)];
    for (const list of lists) {
      for await (const item of all<{ rule_id: string }>(list)) {
        if ('unreadable' in item) {
          yield item;
          continue;
        }
        const { rule_id: id } = item.one;
        const past = await rules.history(ctx, id).catch(ignoreGone);
        for (const one of past?.versions ?? []) yield { one };
        for (const version of past?.unreadable ?? []) yield { unreadable: `${id} ${version}` };
      }
    }
  }

  function sourceOf(
    ctx: CallContext,
    name: ExportName,
    format: ExportFormat,
    filter: ExportFilter,
  ): [AsyncIterable<Found<unknown>>, Table<never>] {
    switch (name) {
      case 'analyses':
        return [
          format === 'csv' ? all((page) => analyses.list(ctx, { ...page, ...filter })) : whole(ctx, filter),
          ANALYSES,
        ];
      case 'rules':
        return [all((page) => rules.list(ctx, {}, page)), RULES];
      case 'history':
        return [versions(ctx), VERSIONS];
      case 'feedback':
        return [all((page) => feedback.list(ctx, page)), FEEDBACK];
    }
  }

  return {
    write(ctx, name, format, filter = {}) {
      demand(ctx.principal, EXPORT_PERMISSION[name]);
      const [items, table] = sourceOf(ctx, name, format, filter);
      const heeded = heed(items, ctx);
      return format === 'csv' ? asCsv(heeded, table as Table<unknown>) : asJson(heeded, name);
    },
  };
}

async function* all<T>(list: (page: PageRequest) => Promise<Page<T>>): AsyncGenerator<Found<T>> {
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: Page<T> = await list({ limit: PAGE, ...(cursor && { cursor }) });
    for (const one of page.items) yield { one };
    for (const unreadable of page.unreadable ?? []) yield { unreadable };
    cursor = page.nextCursor;
  }
}

/** Nothing of what was deleted meanwhile. */
async function* readable<T>(id: string, read: () => Promise<T>): AsyncGenerator<Found<T>> {
  try {
    yield { one: await read() };
  } catch (thrown) {
    const { code } = toAppError(thrown);
    if (code === 'DB_003') yield { unreadable: id };
    else if (code !== 'ANALYSIS_008') throw thrown;
  }
}

function ignoreGone(thrown: unknown): null {
  if (toAppError(thrown).code === 'RULES_001') return null;
  throw thrown;
}

async function* heed<T>(items: AsyncIterable<T>, { signal, progress }: CallContext): AsyncGenerator<T> {
  let done = 0;
  for await (const item of items) {
    if (signal?.aborted) throw new AppError('ANALYSIS_006', { message: 'The caller gave up.' });
    done += 1;
    if (done % PAGE === 0) progress?.(done, done, `${done} written`);
    yield item;
  }
}

async function* asJson(items: AsyncIterable<Found<unknown>>, name: ExportName): AsyncGenerator<string> {
  const unreadable: string[] = [];
  yield `{"version":1,"${name}":[`;
  let comma = '\n';
  for await (const item of items) {
    if ('unreadable' in item) {
      unreadable.push(item.unreadable);
      continue;
    }
    yield comma + JSON.stringify(item.one);
    comma = ',\n';
  }
  yield `\n]${unreadable.length > 0 ? `,"unreadable":${JSON.stringify(unreadable)}` : ''}}\n`;
}

async function* asCsv(items: AsyncIterable<Found<unknown>>, { columns, row }: Table<unknown>): AsyncGenerator<string> {
  yield csvLine(columns);
  for await (const item of items) {
    // Its id alone, so that nobody takes the table for whole.
    yield csvLine('unreadable' in item ? [`${item.unreadable} cannot be read`] : row(item.one));
  }
}
