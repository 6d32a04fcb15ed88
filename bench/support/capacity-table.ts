import type { ServerOffer } from '../../src/contract/server.ts';

/** What one photo takes on the machine that measured it, seconds of processor time. */
export interface UnitCosts {
  /** The runs of the model alone. */
  readonly modelCpuS: number;
  /** The whole analysis, the model with it. */
  readonly totalCpuS: number;
  /** What the queue adds, both ends together. */
  readonly queueCpuS: number;
}

export interface Assumptions {
  /** Processors beside one GPU, or of a machine without one. */
  readonly vcpus: number;
}

export interface CapacityRow {
  readonly name: string;
  readonly perHour: number | null;
  /** If processors are the limit. */
  readonly photosPerS: number;
  /** US dollars; null: no price. */
  readonly perMillion: number | null;
  /** What the model may take of the GPU for each photo before it is the limit itself. */
  readonly modelMayTakeMs: number | null;
  /** Null: none of these was measured. */
  readonly measuredPhotosPerS: number | null;
}

/** Without a GPU: processors do everything, the model too. */
export function cpuRow(name: string, perHour: number | null, costs: UnitCosts, vcpus: number): CapacityRow {
  const photosPerS = vcpus / (costs.totalCpuS + costs.queueCpuS);
  return {
    ...{ name, perHour, photosPerS, perMillion: millionAt(perHour, photosPerS) },
    ...{ modelMayTakeMs: null, measuredPhotosPerS: null },
  };
}

/** The model on the GPU: how fast that is nobody of us has measured, so the processors beside it are what can be reckoned with. */
export function gpuRow(offer: Pick<ServerOffer, 'name' | 'price_per_hour'>, costs: UnitCosts, { vcpus }: Assumptions) {
  const beside = costs.totalCpuS - costs.modelCpuS + costs.queueCpuS;
  const photosPerS = vcpus / beside;
  return {
    ...{ name: offer.name, perHour: offer.price_per_hour, photosPerS },
    perMillion: millionAt(offer.price_per_hour, photosPerS),
    ...{ modelMayTakeMs: 1000 / photosPerS, measuredPhotosPerS: null },
  } satisfies CapacityRow;
}

const millionAt = (perHour: number | null, photosPerS: number) =>
  perHour === null ? null : (perHour / 3600 / photosPerS) * 1e6;

const number = (value: number | null, digits: number, otherwise: string) =>
  value === null ? otherwise : value.toFixed(digits);

/** As Markdown. */
export function capacityTable(rows: readonly CapacityRow[]): string {
  const head = [
    '| machine | $ an hour | photos a second, processors the limit | $ a million | the model may take, ms a photo | measured photos a second |',
    '|---|---|---|---|---|---|',
  ];
  const lines = rows.map((row) => {
    const cells = [
      row.name,
      number(row.perHour, 2, 'null: no price'),
      number(row.photosPerS, 1, ''),
      number(row.perMillion, 0, 'null: no price'),
      number(row.modelMayTakeMs, 0, 'none: no GPU'),
      number(row.measuredPhotosPerS, 1, 'null: not run there'),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [...head, ...lines].join('\n');
}
