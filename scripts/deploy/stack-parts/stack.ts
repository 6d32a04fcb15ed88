import type { Ports } from './ports.ts';

export interface Stack {
  readonly root: string;
  /** Of everything that it writes; nobody else may read it. */
  readonly folder: string;
  readonly ports: Ports;
  readonly workers: number;
  readonly say: (text: string) => void;
}
