import { Tensor } from 'onnxruntime-common';
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { OrtModule } from '../runtime.ts';
import type { PortShape, Session } from '../session.ts';
import { InferenceClient } from './client.ts';
import { BINARY, decodeAnswer, encodeRequest, type ModelMetadata, type Port } from './messages.ts';
import { ServerFailure } from './server-failure.ts';
import type { ServerStart } from './settings.ts';
import { type TensorData, typeOf, type WireTensor } from './tensors.ts';

/** A model on an inference server, used like a session in this thread. Several runs may be under way at once. */
export class RemoteSession implements Session {
  readonly provider = 'remote';
  readonly Tensor = Tensor as OrtModule['Tensor'];
  readonly inputs: readonly PortShape[];
  readonly outputNames: readonly string[];
  private readonly client: InferenceClient;
  private readonly model: string;
  private readonly outputs: readonly Port[];
  private readonly binary: boolean;

  private constructor(client: InferenceClient, { name, inputs, outputs }: ModelMetadata, binary: boolean) {
    this.client = client;
    this.model = name;
    this.outputs = outputs;
    this.binary = binary;
    this.inputs = inputs.map((port) => ({
      name: port.name,
      type: typeOf(port.datatype),
      shape: port.shape.map((d) => (d === -1 ? 'any' : d)),
    }));
    this.outputNames = outputs.map((port) => port.name);
  }

  /** Throws ServerFailure when the model is not there, not ready, or says that it has other weights than `accepted`. */
  static async open(start: ServerStart, model: string, accepted: readonly string[]): Promise<RemoteSession> {
    const client = new InferenceClient(start);
    try {
      const server = await client.server();
      await client.ready(model);
      const [metadata, weights] = await Promise.all([client.model(model), client.weights(model)]);
      if (metadata.name !== model) throw new ServerFailure('other_model', 'it describes another model');
      if (weights !== null && !accepted.includes(weights)) {
        throw new ServerFailure('other_model', 'it serves other weights than the manifest names');
      }
      return new RemoteSession(client, metadata, server === null || server.extensions.includes(BINARY));
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  /** `runMs` is the whole way there and back. */
  async run(feeds: Record<string, OrtTensor>, wanted: readonly string[] = this.outputNames) {
    const start = performance.now();
    const inputs = Object.entries(feeds).map(
      ([name, { type, dims, data }]): WireTensor => ({ name, type, dims, data: data as TensorData }),
    );
    const reply = await this.client.infer(this.model, encodeRequest(inputs, wanted, this.binary));
    const found = decodeAnswer(reply, wanted, this.outputs);
    const results = Object.fromEntries(
      Object.values(found).map(({ name, type, data, dims }) => [name, new Tensor(type as 'float32', data, dims)]),
    );
    return { results: results as InferenceSession.OnnxValueMapType, runMs: performance.now() - start };
  }

  release(): Promise<void> {
    return this.client.close();
  }
}
