import type { OffersRequest, ServerOffer, ServerType } from '../contract/server.ts';
import { AppError } from '../errors.ts';
import type { GpuOffer } from '../ports/gpu-cloud.ts';

/** Words of a name that tell makers, memories and sockets apart, not GPUs. */
const NOISE = /^(nvidia|amd|intel|geforce|instinct|tesla|generation|ada|hbm\d*e?|\d+gb|sxm\d?)$/i;

const wordsOf = (name: string) =>
  name
    .toLowerCase()
    .split(/[^a-z0-9]+/i)
    .filter(Boolean);
const tellingWords = (name: string) => wordsOf(name).filter((word) => !NOISE.test(word));

/** "H200" of "NVIDIA H200"; "A100 PCIE" of "NVIDIA A100 80GB PCIe". */
export function shortName({ id }: Pick<GpuOffer, 'id'>): string {
  const words = tellingWords(id);
  return (words.length > 0 ? words : wordsOf(id)).map((word) => word.toUpperCase()).join(' ');
}

/** The price of all GPUs of one server, US dollars per hour. */
export function priceOf(offer: GpuOffer, type: ServerType, count: number): number | null {
  const price = offer.price[type];
  return price === null ? null : price * count;
}

/**
 * GPUs of the catalog that a name may mean: that of its id, else all whose names hold every word of it, those first that say
 * least besides, the cheaper first. Serverless ones are rented by pool: the first of each.
 */
export function matching(offers: readonly GpuOffer[], type: ServerType, name: string): GpuOffer[] {
  const offered = offers.filter(({ pool }) => type === 'timed' || pool !== null);
  const exact = offered.filter((offer) => isIdOf(offer, name));
  if (exact.length > 0) return exact;
  const asked = wordsOf(name);
  if (asked.length === 0) return [];
  const found = offered.filter((offer) => {
    const words = new Set([
      ...wordsOf(offer.id),
      ...wordsOf(offer.name),
      ...(offer.pool === null ? [] : [offer.pool.toLowerCase()]),
    ]);
    return asked.every((word) => words.has(word)) || offer.pool?.toLowerCase() === name.trim().toLowerCase();
  });
  const extra = (offer: GpuOffer) => tellingWords(offer.id).filter((word) => !asked.includes(word)).length;
  const ordered = found.toSorted((a, b) => extra(a) - extra(b) || cheaper(a, b, type));
  return type === 'timed'
    ? ordered
    : ordered.filter((one, at) => ordered.findIndex(({ pool }) => pool === one.pool) === at);
}

export interface Choice {
  readonly candidates: readonly GpuOffer[];
  readonly refused: readonly { readonly gpu_type: string; readonly reason: string }[];
}

export interface Wish {
  readonly type: ServerType;
  /** The one liked best first. */
  readonly names: readonly string[];
  readonly count: number;
  readonly maxPrice: number | null;
}

/** Nobody is shown a price of it: it is taken where just this GPU is named, and nothing limits the price. */
const NO_PRICE = 'its price is not told; to have it all the same, name it by its id, and nothing besides';

const isIdOf = ({ id }: GpuOffer, name: string) => id.toLowerCase() === name.trim().toLowerCase();

/** What may be tried, in this order, and why not the rest. */
export function choose(offers: readonly GpuOffer[], { type, names, count, maxPrice }: Wish): Choice {
  const candidates: GpuOffer[] = [];
  const refused: { gpu_type: string; reason: string }[] = [];
  for (const name of names) {
    const found = matching(offers, type, name);
    if (found.length === 0) refused.push({ gpu_type: name, reason: 'is not in the catalog for this type' });
    for (const offer of found) {
      if (candidates.some(({ id }) => id === offer.id)) continue;
      const price = priceOf(offer, type, count);
      // Beside others it would leave them without a limit too.
      const isMeant = isIdOf(offer, name) && names.length === 1;
      const reason = price === null && !isMeant ? NO_PRICE : tooDear(price, maxPrice);
      if (reason === null) candidates.push(offer);
      else refused.push({ gpu_type: offer.id, reason });
    }
  }
  return { candidates, refused };
}

/** Throws where nothing is left: VALIDATION_002 where no name is known, else SERVER_004. */
export function demandCandidates({ candidates, refused }: Choice, offers: readonly GpuOffer[], wish: Wish): void {
  if (candidates.length > 0) return;
  const isUnknown = refused.every(({ reason }) => reason.includes('catalog'));
  if (isUnknown) {
    throw new AppError('VALIDATION_002', {
      message: 'No such GPU is in the catalog.',
      advice: `Known are ${knownNames(offers, wish.type).join(', ')}.`,
      details: { field: 'config.gpu_type', asked: wish.names, known: knownNames(offers, wish.type) },
    });
  }
  const isUntold = refused.every(({ reason }) => reason === NO_PRICE || reason.includes('catalog'));
  throw new AppError('SERVER_004', {
    message: isUntold
      ? 'The price of every GPU asked for is unknown.'
      : 'Every GPU asked for costs more than "max_price", or its price is unknown.',
    advice: isUntold
      ? 'Name another GPU; one of them is taken all the same if its id alone is named.'
      : 'Raise max_price, or name another GPU.',
    details: { max_price: wish.maxPrice, refused },
  });
}

export function offersOf(offers: readonly GpuOffer[], request: OffersRequest): ServerOffer[] {
  const { type, gpu_type, gpu_count: count, max_price: most } = request;
  const found =
    gpu_type === undefined
      ? offers.filter(({ pool }) => type === 'timed' || pool !== null)
      : matching(offers, type, gpu_type);
  return found
    .filter((offer) => tooDear(priceOf(offer, type, count), most) === null)
    .toSorted((a, b) => cheaper(a, b, type))
    .map((offer) => shownOffer(offer, type, count));
}

export const shownOffer = (offer: GpuOffer, type: ServerType, count: number): ServerOffer => ({
  gpu_id: offer.id,
  short_name: shortName(offer),
  name: offer.name,
  memory_gb: offer.memoryGb,
  gpu_count: count,
  price_per_hour: priceOf(offer, type, count),
  availability: offer.availability,
});

function tooDear(price: number | null, most: number | null): string | null {
  if (most === null) return null;
  if (price === null) return 'its price is not told';
  return price > most ? `costs $${price} an hour` : null;
}

const cheaper = (a: GpuOffer, b: GpuOffer, type: ServerType) =>
  (a.price[type] ?? Number.POSITIVE_INFINITY) - (b.price[type] ?? Number.POSITIVE_INFINITY) || (a.id < b.id ? -1 : 1);

const knownNames = (offers: readonly GpuOffer[], type: ServerType) =>
  [...new Set(offers.filter(({ pool }) => type === 'timed' || pool !== null).map(shortName))].toSorted();
