import { randomBytes, timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Analysis } from '../../contract/analysis.ts';
import { Render } from '../../contract/notification.ts';
import type { Renderer } from '../../ports/outbox.ts';
import type { Registry, RegistryEntry } from '../../ports/registry.ts';
import { DeliveryError, SEND_MS, type Target } from '../outbox/target.ts';
import { type RenderState, TemplatedApi, type TemplatedParts } from './templated-api.ts';
import { layersOf } from './templated-layers.ts';

export interface TemplatedTargetParts extends TemplatedParts {
  readonly template: string;
  /** Where this server is reached from outside; undefined: renders are waited for. */
  readonly callback: string | undefined;
  readonly registry: Registry;
  /** Null: it was deleted meanwhile. */
  readonly analysis: (id: string) => Promise<Analysis | null>;
  readonly now: () => Date;
}

const KIND = 'render';
const KEPT_MS = 30 * 86_400_000;
const POLL_MS = 1000;

const Stored = z.strictObject({ render: Render, token: z.string() });

/** A picture of every analysis, made by Templated.io. What it says over the webhook is believed only as it answers when asked. */
export function templatedTarget(parts: TemplatedTargetParts): Target & { readonly renderer: Renderer } {
  const { registry, now } = parts;
  const api = new TemplatedApi(parts);

  async function store(analysisId: string, owner: string, state: RenderState, token: string): Promise<void> {
    const before = await registry.get(KIND, analysisId);
    const at = now();
    const render: Render = {
      analysis_id: analysisId,
      render_id: state.id,
      ...shown(state),
      updated_at: at.toISOString(),
    };
    const entry: RegistryEntry = {
      id: analysisId,
      lookup: null,
      owner,
      created_at: before?.created_at ?? at.toISOString(),
      expires_at: new Date(at.getTime() + KEPT_MS).toISOString(),
      version: (before?.version ?? 0) + 1,
      value: { render, token },
    };
    if (before === null) await registry.add(KIND, entry);
    else await registry.replace(KIND, entry);
  }

  const stored = async (id: string) => {
    const entry = await registry.get(KIND, id);
    const { data } = Stored.safeParse(entry?.value);
    return entry === null || data === undefined ? null : { ...data, owner: entry.owner };
  };

  /** Whether it was asked for. Begun before, it is only looked for: a try that was cut off makes no second picture. */
  async function deliver(analysisId: string, owner: string, signal: AbortSignal): Promise<boolean> {
    const begun = await stored(analysisId);
    if (begun !== null && begun.render.status !== 'PENDING') return false;
    const token = begun?.token ?? randomBytes(24).toString('base64url');
    let state: RenderState;
    if (begun !== null) state = await api.get(begun.render.render_id, signal);
    else {
      const analysis = await parts.analysis(analysisId);
      if (analysis === null) return false;
      const { callback } = parts;
      const hook = `${callback}/api/v1/notifications/templated/${analysisId}.${token}`;
      state = await api.render(
        {
          template: parts.template,
          format: 'png',
          layers: layersOf(analysis),
          name: analysisId,
          external_id: analysisId,
          ...(callback !== undefined && { async: true, webhook_url: hook }),
        },
        signal,
      );
    }
    await store(analysisId, owner, state, token);
    // It is told over the webhook, or asked for by the next try.
    if (parts.callback !== undefined && begun === null) return true;
    for (; state.status === 'PENDING'; state = await api.get(state.id, signal)) {
      await sleep(POLL_MS, undefined, { signal });
    }
    await store(analysisId, owner, state, token);
    if (state.status === 'FAILED') throw new DeliveryError('could not make the picture', { isFinal: true });
    return true;
  }

  return {
    name: 'templated',
    batch: 1,
    takes: ({ event_type }) => event_type === 'positioning_analyzed',
    async deliver(events, signal) {
      let sent = 0;
      for (const { data, owner } of events) sent += Number(await deliver(String(data.analysis_id), owner, signal));
      return sent;
    },
    test: (signal) => api.account(signal),
    close: () => api.close(),
    renderer: {
      async confirm(analysisId, token) {
        const begun = await stored(analysisId);
        if (begun === null || !isSame(begun.token, token)) return false;
        const { render, owner } = begun;
        if (render.status === 'PENDING') {
          const state = await api.get(render.render_id, AbortSignal.timeout(SEND_MS));
          await store(analysisId, owner, state, token);
        }
        return true;
      },
    },
  };
}

const shown = ({ status, url, width, height, format }: RenderState) => ({ status, url, width, height, format });

function isSame(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
