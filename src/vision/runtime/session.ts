import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Provider } from './protocol.ts';
import { type OrtModule, sessionOptions } from './runtime.ts';
import { atOnce, type Turn } from './turns.ts';

/** What onnxruntime says about an input or output: a dimension is a number, or a name where it may vary. */
export interface PortShape {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

/** A model that can be run: here, or on a server. */
export interface Session {
  readonly provider: Provider;
  readonly inputs: readonly PortShape[];
  readonly outputNames: readonly string[];
  /** The class of tensors that it takes, which only the thread that loaded it has. */
  readonly Tensor: OrtModule['Tensor'];
  /** All outputs by name or those that are named, and the time of the run alone, ms. */
  run(
    feeds: Record<string, Tensor>,
    wanted?: readonly string[],
  ): Promise<{ results: InferenceSession.OnnxValueMapType; runMs: number }>;
  release(): Promise<void>;
}

/** One session in one thread; on WebGPU it works only in its turn. */
export class OrtSession implements Session {
  readonly provider: Provider;
  readonly inputs: readonly PortShape[];
  readonly outputs: readonly PortShape[];
  readonly outputNames: readonly string[];
  readonly Tensor: OrtModule['Tensor'];
  private readonly session: InferenceSession;
  private readonly turn: Turn;

  private constructor(ort: OrtModule, session: InferenceSession, provider: Provider, turn: Turn) {
    this.Tensor = ort.Tensor;
    this.session = session;
    this.provider = provider;
    this.turn = turn;
    this.inputs = session.inputMetadata as readonly PortShape[];
    this.outputs = session.outputMetadata as readonly PortShape[];
    this.outputNames = session.outputNames;
  }

  static async create(
    ort: OrtModule,
    bytes: Uint8Array,
    provider: Provider,
    threads: number,
    turn: Turn = atOnce,
  ): Promise<OrtSession> {
    const session = await turn(() => ort.InferenceSession.create(bytes, sessionOptions(provider, threads)));
    return new OrtSession(ort, session, provider, turn);
  }

  run(
    feeds: Record<string, Tensor>,
    wanted: readonly string[] = this.outputNames,
  ): Promise<{ results: InferenceSession.OnnxValueMapType; runMs: number }> {
    return this.turn(async () => {
      const start = performance.now();
      return { results: await this.session.run(feeds, wanted), runMs: performance.now() - start };
    });
  }

  async release(): Promise<void> {
    await this.turn(() => this.session.release());
  }
}
