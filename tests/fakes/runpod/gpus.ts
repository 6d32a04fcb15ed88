/** Placeholder prices in dollars per hour; the ids and pools are those of RunPod's documents. */
export interface FakeGpu {
  readonly id: string;
  readonly name: string;
  readonly pool: string | null;
  readonly memory: number;
  secure: number;
  readonly community: number;
  serverless: number | null;
  /** How many are free; pods and workers take from it. */
  free: number;
}

type Row = readonly [id: string, name: string, pool: string | null, memory: number, secure: number, serverless: number];

const ROWS: readonly Row[] = [
  ['NVIDIA H200', 'H200 SXM', 'HOPPER_141', 141, 3.99, 5.58],
  ['NVIDIA H200 NVL', 'H200 NVL', 'HOPPER_141', 143, 3.39, 5.58],
  ['NVIDIA H100 80GB HBM3', 'H100 SXM', 'ADA_80_PRO', 80, 2.99, 4.18],
  ['NVIDIA H100 PCIe', 'H100 PCIe', 'ADA_80_PRO', 80, 2.39, 4.18],
  ['NVIDIA H100 NVL', 'H100 NVL', 'ADA_80_PRO', 94, 2.79, 4.18],
  ['NVIDIA A100-SXM4-80GB', 'A100 SXM', 'AMPERE_80', 80, 1.89, 2.74],
  ['NVIDIA A100 80GB PCIe', 'A100 PCIe', 'AMPERE_80', 80, 1.64, 2.74],
  ['NVIDIA B200', 'B200', 'BLACKWELL_180', 180, 5.99, 8.64],
  ['NVIDIA L40S', 'L40S', 'ADA_48_PRO', 48, 0.86, 1.91],
  ['NVIDIA A40', 'A40', 'AMPERE_48', 48, 0.4, 1.22],
  ['NVIDIA RTX A6000', 'RTX A6000', 'AMPERE_48', 48, 0.49, 1.22],
  ['NVIDIA GeForce RTX 4090', 'RTX 4090', 'ADA_24', 24, 0.69, 1.12],
  ['NVIDIA GeForce RTX 5090', 'RTX 5090', 'ADA_32_PRO', 32, 0.94, 1.58],
  ['NVIDIA L4', 'L4', 'AMPERE_24', 24, 0.43, 0.68],
  ['NVIDIA RTX A5000', 'RTX A5000', 'AMPERE_24', 24, 0.27, 0.68],
  ['NVIDIA RTX A4000', 'RTX A4000', 'AMPERE_16', 16, 0.25, 0.58],
  ['NVIDIA GeForce RTX 3070', 'RTX 3070', null, 8, 0, 0],
];

export const newGpus = (): FakeGpu[] =>
  ROWS.map(([id, name, pool, memory, secure, serverless]) => ({
    id,
    name,
    pool,
    memory,
    secure,
    community: secure === 0 ? 0.13 : 0,
    serverless: pool === null ? null : serverless,
    free: 1000,
  }));

export const levelOf = (free: number) =>
  free <= 0 ? 'NONE' : free <= 4 ? 'LOW' : free <= 16 ? 'MEDIUM' : ('HIGH' as const);

export const CPUS = [
  { id: 'cpu3c', name: 'Compute-Optimized', group: 'cpu3', min: 2, max: 32, ramGbPerVcpu: 2, price: 0.03 },
];

export const DATA_CENTERS = [
  { id: 'EU-RO-1', name: 'EU-RO-1', region: 'EUROPE', globalNetwork: true, networkVolumeTypes: ['STANDARD'] },
  {
    id: 'US-TX-3',
    name: 'US-TX-3',
    region: 'NORTH_AMERICA',
    globalNetwork: false,
    networkVolumeTypes: ['STANDARD', 'HIGH_PERFORMANCE'],
  },
] as const;
