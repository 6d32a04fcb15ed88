import type { useI18n } from 'vue-i18n';

export type State = 'good' | 'odd' | 'bad';

/** One part of the server, what is wrong with it and how to mend it. */
export interface Part {
  readonly name: string;
  readonly state: State;
  readonly says: string;
  readonly advice: string | null;
}

/** As `/health` answers. */
export interface Health {
  readonly status: 'ok' | 'degraded' | 'down';
  readonly version: string;
  /** What an administrator is told besides. */
  readonly parts?: readonly {
    readonly name: string;
    readonly state: 'ok' | 'off' | 'failed';
    readonly detail: string;
  }[];
  readonly checks: {
    readonly store: {
      ok: boolean;
      backend: string;
      state: string;
      latency_ms: number;
      error: string | null;
      damaged: boolean;
      unreadable_records: number | null;
    };
    readonly photos: { ok: boolean; backend: string; state: string };
    readonly cache: { ok: boolean; redis: string | null };
    /** Null: this server computes itself. */
    readonly queue: { ok: boolean; state: string; workers: number | null; waiting: number | null } | null;
    readonly messages: readonly { target: string; state: string; last_success_at: string | null }[];
    readonly model: { ok: boolean; name: string | null; state: string | null; error: string | null };
  };
}

const WORDS = {
  backend: ['embedded', 'mongodb', 'disk', 's3'],
  state: ['connecting', 'connected', 'unreachable', 'refused'],
};
type Translate = ReturnType<typeof useI18n>['t'];

/** Of a word of the server's; one that the catalogues do not know stays as it is. */
const wordOf = (t: Translate, of: 'backend' | 'state', said: string): string =>
  WORDS[of].includes(said) ? t(`overview.health.${of}.${said}`) : said;

/** "in this server · connected" */
export const storeWords = (store: { readonly backend: string; readonly state: string } | null, t: Translate): string =>
  store === null ? '' : `${wordOf(t, 'backend', store.backend)} · ${wordOf(t, 'state', store.state)}`;

const NO_SPACE = 'STORAGE_003';
/** Parts that have a line of their own. */
const OWN_LINE = new Set(['record store', 'file store', 'cache', 'queue', 'messages', 'model']);

export function partsOf({ checks, parts = [] }: Health, t: Translate): Part[] {
  const { store, photos, cache, queue, messages, model } = checks;
  const at = (key: string, values: Record<string, unknown> = {}) => t(`overview.health.${key}`, values);
  const word = (of: 'backend' | 'state', said: string) => wordOf(t, of, said);
  const unreadable = store.unreadable_records ?? 0;
  const storeAdvice = store.damaged
    ? at('storeDamaged')
    : unreadable > 0
      ? at('storeUnreadable', { count: unreadable })
      : store.error === NO_SPACE
        ? at('storeFull')
        : store.error !== null
          ? at('storeError', { code: store.error })
          : at('storeAway');
  return [
    {
      name: at('store'),
      state: store.ok ? 'good' : 'bad',
      says: at('storeSays', {
        backend: word('backend', store.backend),
        state: word('state', store.state),
        ms: store.latency_ms,
      }),
      advice: store.ok ? null : storeAdvice,
    },
    {
      name: at('photos'),
      state: photos.ok ? 'good' : 'bad',
      says: storeWords(photos, t),
      advice: photos.ok ? null : at('photosAway'),
    },
    {
      name: at('model'),
      // Where workers compute, this server needs none.
      state: model.ok ? 'good' : queue === null ? 'bad' : 'odd',
      says:
        [model.name, model.state && t(`overview.modelState.${model.state}`)]
          .filter((one) => one !== null)
          .join(' · ') || at('noModel'),
      advice: model.ok ? null : `${model.error ?? ''} ${at('modelAdvice')}`.trim(),
    },
    ...(cache.redis === null
      ? []
      : [
          {
            name: at('cache'),
            state: cache.ok ? ('good' as const) : ('odd' as const),
            says: `Redis · ${word('state', cache.redis)}`,
            advice: cache.ok ? null : at('cacheAway'),
          },
        ]),
    ...(queue === null
      ? []
      : [
          {
            name: at('queue'),
            state: queue.ok ? ('good' as const) : ('bad' as const),
            says:
              queue.workers === null
                ? word('state', queue.state)
                : at('queueSays', { workers: queue.workers, waiting: queue.waiting ?? '–' }),
            advice: queue.ok ? null : at(queue.workers === 0 ? 'noWorkers' : 'queueAway'),
          },
        ]),
    ...messages.map(({ target, state }) => ({
      name: at('messages', { target }),
      state: state === 'ok' ? ('good' as const) : ('odd' as const),
      says: state === 'ok' ? at('good') : at('odd'),
      advice: state === 'ok' ? null : at('messagesAway'),
    })),
    ...parts
      .filter(({ name, state }) => state === 'failed' && !OWN_LINE.has(name))
      .map(({ name, detail }) => ({ name, state: 'bad' as const, says: detail, advice: null })),
  ];
}
