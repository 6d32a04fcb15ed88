/** The documented ports, or all of them higher by the same number. */
const PORTS = {
  proxy: 3000,
  api: 8000,
  mcp: 8001,
  controlPlane: 8002,
  metrics: 9090,
  prometheus: 9091,
  alertmanager: 9093,
  redis: 6379,
} as const;

export type Ports = Readonly<Record<keyof typeof PORTS, number>>;

/** Where the numbers of worker 1, 2 … are, above those of the server. */
export const workerMetrics = (ports: Ports, i: number): number => ports.metrics + 110 + i;

export const portsFrom = (offset: number): Ports =>
  Object.fromEntries(Object.entries(PORTS).map(([name, port]) => [name, port + offset])) as Ports;
