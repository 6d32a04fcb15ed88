import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AnalysisService } from '../../analysis/service.ts';
import type { AnalyzeRequest } from '../../contract/analyze-request.ts';
import type { BatchItem, BatchResult } from '../../contract/batch.ts';
import { toAppError } from '../../errors.ts';
import { batchAnswer, batchItemAnswer } from '../../presentation/batch-answer.ts';
import { routeCall } from './route-call.ts';

/** One JSON object on a line, or one event, for each photo as soon as it is ready; the whole answer comes last. */
const FRAMES = {
  'application/x-ndjson': (name: string, value: unknown) => `${JSON.stringify({ [name]: value })}\n`,
  'text/event-stream': (name: string, value: unknown) => `event: ${name}\ndata: ${JSON.stringify(value)}\n\n`,
} as const;

export const STREAM_TYPES = Object.keys(FRAMES) as StreamType[];
export type StreamType = keyof typeof FRAMES;

/** What the caller wants the answer to be streamed as; null: it wants it in one piece. */
export function streamTypeOf({ headers }: FastifyRequest): StreamType | null {
  const accepted = (headers.accept ?? '').split(',').map((one) => one.split(';')[0]?.trim().toLowerCase());
  return STREAM_TYPES.find((type) => accepted.includes(type)) ?? null;
}

export async function sendBatchStream(
  analyses: AnalysisService,
  requests: readonly AnalyzeRequest[],
  mayStore: boolean,
  type: StreamType,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  const items = analyses.stream(routeCall(request, reply), requests);
  // What fails before anything is sent is an answer of its own.
  const first = await items.next();
  reply.type(type).header('cache-control', 'no-store').header('x-accel-buffering', 'no');
  return reply.send(Readable.from(frames(first, items, FRAMES[type], mayStore, request), { objectMode: false }));
}

/** The same stream of what has been answered before, in the order of the images. */
export function streamedAgain(answer: unknown, type: StreamType): string {
  const { results, errors } = answer as { results: readonly { index: number }[]; errors: readonly { index: number }[] };
  const frame = FRAMES[type];
  const parts = [
    ...results.map((result) => ({ name: 'result', value: result })),
    ...errors.map((error) => ({ name: 'error', value: error })),
  ].toSorted((a, b) => a.value.index - b.value.index);
  return `${parts.map(({ name, value }) => frame(name, value)).join('')}${frame('batch', answer)}`;
}

async function* frames(
  first: IteratorResult<BatchItem, BatchResult>,
  rest: AsyncGenerator<BatchItem, BatchResult>,
  frame: (name: string, value: unknown) => string,
  mayStore: boolean,
  { keepStreamed, dropStreamed }: FastifyRequest,
): AsyncGenerator<Buffer> {
  let isKept = false;
  try {
    let next = first;
    while (!next.done) {
      for (const [name, value] of Object.entries(batchItemAnswer(next.value))) yield Buffer.from(frame(name, value));
      next = await rest.next();
    }
    const whole = batchAnswer(next.value, mayStore).structured;
    await keepStreamed?.(whole);
    isKept = true;
    yield Buffer.from(frame('batch', whole));
  } catch (thrown) {
    const { code, message, advice } = toAppError(thrown);
    yield Buffer.from(frame('failed', { code, message, advice }));
  } finally {
    await rest.return(undefined as never);
    if (!isKept) await dropStreamed?.();
  }
}
