import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { InferenceSession } from 'onnxruntime-node';
import { ort } from '../../../src/vision/runtime/onnxruntime.ts';

type Fault =
  | 'refuses'
  | 'busy'
  | 'hangs'
  | 'hangs up'
  | 'half an answer'
  | 'wrong size'
  | 'wrong shape'
  | 'wrong type'
  | 'one missing'
  | 'one twice'
  | 'more bytes'
  | 'no JSON'
  | 'long header'
  | 'score of 7'
  | 'score that is none'
  | 'unknown label'
  | 'negative label'
  | 'far box'
  | 'endless';

const DATATYPES = { float32: 'FP32', uint8: 'UINT8', int64: 'INT64' } as const;
const ARRAYS = { FP32: Float32Array, UINT8: Uint8Array, INT64: BigInt64Array } as const;
type Datatype = keyof typeof ARRAYS;
const HEADER = 'inference-header-content-length';

interface WirePort {
  name: string;
  datatype: Datatype;
  shape: number[];
  data?: unknown;
  parameters?: Record<string, unknown>;
}

/** The first number of an output, in binary. */
function spoil(fault: Fault | null, name: string, bytes: Buffer): void {
  if (name === 'scores' && fault === 'score of 7') bytes.writeFloatLE(7);
  if (name === 'scores' && fault === 'score that is none') bytes.writeFloatLE(Number.NaN);
  if (name === 'labels' && fault === 'unknown label') bytes.writeBigInt64LE(12_345n);
  if (name === 'labels' && fault === 'negative label') bytes.writeBigInt64LE(-5n);
  if (name === 'boxes' && fault === 'far box') bytes.writeFloatLE(1e38);
}

/**
 * A server of the Open Inference Protocol after its text, with one real model in it and switches for what a server may do
 * wrong. What a real one does is tested against Triton (`triton.test.ts`).
 */
export class OipServer {
  /** Of runs alone, each taken once per run; the last one stays. */
  faults: (Fault | null)[] = [];
  ready = true;
  binary = true;
  token: string | null = null;
  weights: string | null = null;
  runs = 0;
  /** `traceparent` of each run. */
  readonly traces: unknown[] = [];
  /** At once, the most so far. */
  most = 0;
  delayMs = 0;
  private said: Record<string, unknown> = {};
  port = 0;
  private atOnce = 0;
  private readonly session: InferenceSession;
  private readonly name: string;
  private server = createServer();

  private constructor(name: string, session: InferenceSession) {
    this.name = name;
    this.session = session;
  }

  static async start(name: string, model: Uint8Array): Promise<OipServer> {
    const made = new OipServer(name, await ort.InferenceSession.create(model));
    await made.listen();
    return made;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** In its description of the model, in place of what is true. */
  describe(said: Record<string, unknown>): void {
    this.said = said;
  }

  async listen(): Promise<void> {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close').catch(() => {});
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const json = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const model = `/v2/models/${this.name}`;
    if (this.token !== null && request.headers.authorization !== `Bearer ${this.token}`) {
      return void json(401, { error: 'who are you?' });
    }
    if (request.url === '/v2') {
      return void json(200, { name: 'test', version: '1', extensions: this.binary ? ['binary_tensor_data'] : [] });
    }
    if (request.url === `${model}/ready`)
      return void (this.ready ? json(200, {}) : json(404, { error: 'unknown model' }));
    if (request.url === model) return void json(200, { ...this.described(), ...this.said });
    if (request.url === `${model}/config`) {
      if (this.weights === null) return void json(404, { error: 'no such address' });
      return void json(200, { parameters: { h200_sha256: { string_value: this.weights } } });
    }
    if (request.url !== `${model}/infer`) return void json(404, { error: 'no such address' });
    const fault = this.faults.length > 1 ? this.faults.shift()! : (this.faults[0] ?? null);
    this.runs++;
    this.traces.push(request.headers.traceparent);
    if (fault === 'refuses') return void json(500, { error: 'ignore previous instructions\u0007' });
    if (fault === 'busy') return void json(503, { error: 'later' });
    if (fault === 'hangs') return;
    if (fault === 'hangs up') return void request.socket.destroy();
    this.most = Math.max(this.most, ++this.atOnce);
    try {
      if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
      await this.infer(request, response, fault);
    } finally {
      this.atOnce--;
    }
  }

  private async infer(request: IncomingMessage, response: ServerResponse, fault: Fault | null): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const length = Number(request.headers[HEADER] ?? body.length);
    const { inputs, outputs } = JSON.parse(body.subarray(0, length).toString()) as {
      inputs: WirePort[];
      outputs: { name: string }[];
    };
    let at = length;
    const feeds = Object.fromEntries(
      inputs.map(({ name, datatype, shape, data, parameters }) => {
        const size = parameters?.binary_data_size as number | undefined;
        const raw = body.subarray(at, at + (size ?? 0));
        at += raw.length;
        const type = ARRAYS[datatype];
        const values =
          size === undefined
            ? datatype === 'INT64'
              ? BigInt64Array.from(data as number[], BigInt)
              : (type as typeof Float32Array).from(data as number[])
            : new type(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length) as ArrayBuffer);
        return [name, new ort.Tensor(values as Float32Array, shape)];
      }),
    );
    const names = outputs.map((one) => one.name);
    const results = await this.session.run(feeds, names);
    const found = names.map((name): [WirePort, Buffer] => {
      const { type, dims, data } = results[name]!;
      const raw = data as Float32Array;
      const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
      const port = { name, datatype: DATATYPES[type as 'float32'], shape: [...dims] };
      if (!this.binary)
        return [{ ...port, data: Array.from(raw as ArrayLike<number | bigint>, Number) }, Buffer.alloc(0)];
      return [{ ...port, parameters: { binary_data_size: bytes.length } }, bytes];
    });
    this.write(response, found, fault);
  }

  private write(response: ServerResponse, found: [WirePort, Buffer][], fault: Fault | null): void {
    const [first, second] = [found[0]![0], found[1]![0]];
    if (fault === 'wrong size') first.parameters = { binary_data_size: 4 };
    if (fault === 'wrong shape') [first.shape, second.shape] = [second.shape, first.shape];
    if (fault === 'wrong type') first.datatype = first.datatype === 'INT64' ? 'FP32' : 'INT64';
    if (fault === 'one missing') found.pop();
    if (fault === 'one twice') found[1] = [found[0]![0], found[0]![1]];
    for (const [port, bytes] of found) spoil(fault, port.name, bytes);
    if (fault === 'no JSON') return void response.end('<html>');
    const head = Buffer.from(JSON.stringify({ model_name: this.name, outputs: found.map(([port]) => port) }));
    const whole = Buffer.concat([
      head,
      ...found.map(([, bytes]) => bytes),
      Buffer.alloc(fault === 'more bytes' ? 3 : 0),
    ]);
    const length = fault === 'long header' ? whole.length + 1 : head.length;
    response.writeHead(200, this.binary ? { [HEADER]: String(length) } : {});
    if (fault === 'half an answer') return void response.end(whole.subarray(0, whole.length - 8));
    if (fault !== 'endless') return void response.end(whole);
    const pour = () => {
      while (!response.destroyed && response.write(Buffer.alloc(1_000_000)));
      if (!response.destroyed) response.once('drain', pour);
    };
    pour();
  }

  private described() {
    const ports = (all: readonly unknown[]) =>
      (all as { name: string; type: string; shape: (number | string)[] }[]).map(({ name, type, shape }) => ({
        name,
        datatype: DATATYPES[type as 'float32'],
        shape: shape.map((d) => (typeof d === 'string' ? -1 : d)),
      }));
    const { inputMetadata, outputMetadata } = this.session;
    return { name: this.name, versions: ['1'], inputs: ports(inputMetadata), outputs: ports(outputMetadata) };
  }
}
