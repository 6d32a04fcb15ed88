/**
 * The A2A door with an executor that plays the scenarios of the official conformance kit (branch 1.0-dev of a2aproject/a2a-tck),
 * on port 9999:
 *
 *   node tests/conformance/a2a-tck-server.ts &
 *   cd tck && python -m pytest tests/compatibility/ --sut-host=http://127.0.0.1:9999 --transport=jsonrpc,http_json
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Part, TaskState } from '@a2a-js/sdk';
import { AgentEvent, type ExecutionEventBus, type RequestContext } from '@a2a-js/sdk/server';
import { createAgentTasks } from '../../src/agent-tasks/create-agent-tasks.ts';
import { deriveKey } from '../../src/app/card-keys.ts';
import { a2aPlugin } from '../../src/gateway/a2a/a2a-plugin.ts';
import { Executor } from '../../src/gateway/a2a/executor.ts';
import { agentMessage, dataPart, textPart, urlPart } from '../../src/gateway/a2a/message.ts';
import { createHttpGateway } from '../../src/gateway/http/server.ts';
import { createWebPost } from '../../src/outgoing/create-web-post.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createFakeServices } from '../gateway/fake-services.ts';
import { testCallbacks } from '../support/callbacks.ts';

/** Longer than twice the kit's own limit for a stream. */
const LONG_MS = 6000;

const text = (said: string): readonly Part[][] => [[textPart(said)]];
const file: Part = {
  content: { $case: 'raw', value: Buffer.from('file') },
  mediaType: 'text/plain',
  filename: 'output.txt',
  metadata: undefined,
};
/** What a task of this kind makes, chunk by chunk; the first prefix that fits counts. */
const ARTIFACTS: readonly (readonly [prefix: string, chunks: readonly Part[][]])[] = [
  ['tck-artifact-text', text('Generated text content')],
  ['tck-artifact-file-url', [[{ ...urlPart('https://example.com/output.txt', 'text/plain'), filename: 'output.txt' }]]],
  ['tck-artifact-file', [[file]]],
  ['tck-artifact-data', [[dataPart({ key: 'value', count: 42 })]]],
  ['tck-stream-001', text('Stream hello from TCK')],
  ['tck-stream-003', text('Stream task lifecycle')],
  ['tck-stream-ordering-001', text('Ordered output')],
  ['tck-stream-artifact-text', text('Streamed text content')],
  ['tck-stream-artifact-file', [[file]]],
  ['tck-stream-artifact-chunked', [[textPart('chunk-1 ')], [textPart('chunk-2')]]],
];

class KitExecutor extends Executor {
  override async execute(
    { taskId, contextId, userMessage, task }: RequestContext,
    bus: ExecutionEventBus,
  ): Promise<void> {
    const is = (prefix: string) => userMessage.messageId.startsWith(prefix);
    const statusOf = (state: TaskState, said?: string) => ({
      state,
      message: said === undefined ? undefined : agentMessage(taskId, contextId, [textPart(said)]),
      timestamp: new Date().toISOString(),
    });
    const tell = (state: TaskState, said?: string) =>
      bus.publish(AgentEvent.statusUpdate({ taskId, contextId, metadata: undefined, status: statusOf(state, said) }));

    if (is('tck-message-response')) {
      bus.publish(AgentEvent.message(agentMessage('', contextId, [textPart('Direct message response')])));
      return;
    }
    const history = task?.history ?? [userMessage];
    const status = statusOf(TaskState.TASK_STATE_SUBMITTED);
    const artifacts = task?.artifacts ?? [];
    bus.publish(AgentEvent.task({ id: taskId, contextId, status, artifacts, history, metadata: task?.metadata }));
    if (is('tck-input-required')) return tell(TaskState.TASK_STATE_INPUT_REQUIRED, 'more?');
    if (is('tck-reject-task')) return tell(TaskState.TASK_STATE_REJECTED, 'rejected');
    tell(TaskState.TASK_STATE_WORKING);
    const [, chunks = []] = ARTIFACTS.find(([prefix]) => is(prefix)) ?? [];
    for (const [i, parts] of chunks.entries()) {
      const artifact = { artifactId: 'a', name: 'a', description: '', metadata: undefined, extensions: [], parts };
      const place = { append: i > 0, lastChunk: i === chunks.length - 1, metadata: undefined };
      bus.publish(AgentEvent.artifactUpdate({ taskId, contextId, artifact, ...place }));
    }
    if (is('test-resubscribe-message-id')) await sleep(LONG_MS);
    tell(TaskState.TASK_STATE_COMPLETED, 'Hello from TCK');
  }
}

const records = createSqliteRecords(join(mkdtempSync(join(tmpdir(), 'h200-tck-')), 'records.db'));
// The kit's own receiver of push notifications is on this machine, where the product would not send any.
const post = createWebPost({
  allowHttp: true,
  isAllowedAddress: () => true,
  lookup: async () => [{ address: '127.0.0.1', family: 4 }],
  extraPorts: Array.from({ length: 65_535 }, (_, i) => i + 1),
});
const { registry } = records;
const callbacks = testCallbacks({ registry, post });
const services = Object.assign(createFakeServices(), {
  agentTasks: createAgentTasks({ registry, callbacks, log: createLog('warn'), now: () => new Date() }),
});
const keys = { keys: async () => [deriveKey(Buffer.from('the key of the kit'))] };
// The kit sends media types that no card names, and wants them taken (its CORE-SEND-003).
const door = a2aPlugin({ keys, executor: new KitExecutor(services), validateInputModes: false });
const gateway = createHttpGateway(services, [door], {
  host: '127.0.0.1',
  port: 9999,
  allowedHosts: [],
  allowedOrigins: [],
});
process.stderr.write(`${(await gateway.listen()).url}\n`);
