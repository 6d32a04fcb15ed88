import type { Offer, Quote, Server } from './servers.ts';

/** What something begins to cost, US dollars an hour; null: nobody tells. */
export interface Price {
  readonly candidates: readonly Offer[];
  readonly refused: Quote['refused'];
  /** Of one instance of the first candidate, while it runs. */
  readonly one: number | null;
  /** Of those that run all the time, also unused. */
  readonly always: number | null;
  /** If all instances of the dearest candidate run. */
  readonly most: number | null;
  readonly readAt: number;
}

export interface Instances {
  readonly min: number;
  readonly max: number;
}

/** Of a server that is there: by its own GPU. */
export function priceOfServer(server: Server, offers: readonly Offer[], wanted: Instances, readAt: number): Price {
  const offer = offers.find(({ gpu_id }) => gpu_id === server.gpu?.id) ?? offers[0];
  const one = offer?.price_per_hour ?? null;
  const { min, max } = server.type === 'timed' ? { min: 1, max: 1 } : wanted;
  return {
    candidates: offer === undefined ? [] : [offer],
    refused: [],
    one,
    always: times(one, min),
    most: times(one, max),
    readAt,
  };
}

export function priceOfQuote(quote: Quote, alwaysRunning: number, readAt: number): Price {
  const { candidates, refused, price_per_hour: one, highest_price_per_hour: most } = quote;
  return { candidates, refused, one, always: times(one, alwaysRunning), most, readAt };
}

/** The dearest that was shown, or what was given where that is less: the most that one instance may cost. */
export function ceiling({ candidates }: Price, given: number | null): number | null {
  const prices = candidates.map(({ price_per_hour: price }) => price);
  if (prices.length === 0 || prices.includes(null)) return given;
  const dearest = Math.max(...(prices as number[]));
  return given === null ? dearest : Math.min(given, dearest);
}

const times = (price: number | null, count: number): number | null =>
  count === 0 ? 0 : price === null ? null : Number((price * count).toFixed(4));
