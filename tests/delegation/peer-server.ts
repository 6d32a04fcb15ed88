import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AgentCard, type Message, TaskState } from '@a2a-js/sdk';
import {
  AgentEvent,
  type AgentExecutor,
  DefaultRequestHandler,
  InMemoryTaskStore,
  JsonRpcTransportHandler,
  ServerCallContext,
} from '@a2a-js/sdk/server';

/** What the peer's text parts ask for. */
export type Answer = (message: Message, words: string) => Promise<PeerAnswer> | PeerAnswer;
export interface PeerAnswer {
  readonly state?: keyof typeof TaskState;
  readonly says?: string;
  readonly text?: string;
  readonly data?: unknown;
  /** Resolves when the task ends; it works meanwhile. */
  readonly after?: Promise<unknown>;
}

const text = (value: string) => ({
  content: { $case: 'text' as const, value },
  mediaType: 'text/plain',
  filename: '',
  metadata: undefined,
});

/** A small A2A 1.0 server of the SDK's own parts, which answers as the test says. */
export async function startPeer(answer: Answer, { elsewhere = false, version = '1.0' } = {}) {
  const heard: { message: Message; headers: IncomingHttpHeaders }[] = [];
  const canceled: string[] = [];
  let headers: IncomingHttpHeaders = {};
  let broken: ((url: string) => { status: number; headers?: Record<string, string>; body?: string } | null) | null =
    null;
  const executor: AgentExecutor = {
    async execute({ taskId, contextId, userMessage }, bus) {
      heard.push({ message: userMessage, headers });
      const words = userMessage.parts.map(({ content }) => (content?.$case === 'text' ? content.value : '')).join(' ');
      const status = (state: TaskState, says?: string) => ({
        state,
        timestamp: new Date().toISOString(),
        message:
          says === undefined
            ? undefined
            : { ...userMessage, messageId: 'm', role: 2 as never, parts: [text(says)], metadata: undefined },
      });
      const base = { taskId, contextId, metadata: undefined };
      bus.publish(
        AgentEvent.task({
          id: taskId,
          contextId,
          status: status(TaskState.TASK_STATE_WORKING),
          artifacts: [],
          history: [userMessage],
          metadata: undefined,
        }),
      );
      const given = await answer(userMessage, words);
      await given.after;
      if (canceled.includes(taskId)) return;
      const parts = [
        ...(given.text === undefined ? [] : [text(given.text)]),
        ...(given.data === undefined
          ? []
          : [
              {
                content: { $case: 'data' as const, value: given.data },
                mediaType: 'application/json',
                filename: '',
                metadata: undefined,
              },
            ]),
      ];
      if (parts.length > 0) {
        const artifact = {
          artifactId: 'a',
          name: 'result',
          description: '',
          parts,
          metadata: undefined,
          extensions: [],
        };
        bus.publish(AgentEvent.artifactUpdate({ ...base, artifact, append: false, lastChunk: true }));
      }
      bus.publish(
        AgentEvent.statusUpdate({
          ...base,
          status: status(TaskState[given.state ?? 'TASK_STATE_COMPLETED'], given.says),
        }),
      );
    },
    async cancelTask(taskId, bus) {
      canceled.push(taskId);
      const status = { state: TaskState.TASK_STATE_CANCELED, message: undefined, timestamp: new Date().toISOString() };
      bus.publish(AgentEvent.statusUpdate({ taskId, contextId: '', status, metadata: undefined }));
    },
  };
  let handler: JsonRpcTransportHandler;
  const server = createServer(async (request, response) => {
    const failing = broken?.(request.url ?? '') ?? null;
    if (failing !== null) return response.writeHead(failing.status, failing.headers).end(failing.body);
    if (request.url === '/card.json') {
      return response.setHeader('content-type', 'application/json').end(JSON.stringify(AgentCard.toJSON(card)));
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    headers = request.headers;
    const context = new ServerCallContext({ requestedVersion: '1.0' });
    const said = await handler.handle(JSON.parse(Buffer.concat(chunks).toString()), context);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(said));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const card = AgentCard.fromJSON({
    name: 'peer',
    description: 'of the tests',
    version: '1',
    supportedInterfaces: [
      {
        url: elsewhere ? 'http://169.254.169.254/rpc' : `${url}/rpc`,
        protocolBinding: 'JSONRPC',
        protocolVersion: version,
      },
    ],
    capabilities: {},
    defaultInputModes: ['text/plain'],
    defaultOutputModes: ['text/plain'],
    skills: [{ id: 'judge', name: 'judge', description: 'judges', tags: [] }],
  });
  handler = new JsonRpcTransportHandler(new DefaultRequestHandler(card, new InMemoryTaskStore(), executor));
  return {
    url,
    card_url: `${url}/card.json`,
    heard,
    canceled,
    /** From now on requests are answered so; null: as usual. */
    breakWith(how: typeof broken) {
      broken = how;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
export type TestPeer = Awaited<ReturnType<typeof startPeer>>;
