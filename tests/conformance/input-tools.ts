import {
  type InputRequest,
  inputRequired,
  inputResponse,
  type McpServer,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { clientCapabilities } from '../../src/gateway/mcp/protocol/client.ts';

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });

export const ask = (field: string, type: 'string' | 'boolean' = 'string') =>
  inputRequired.elicit({
    message: `Please give ${field}`,
    requestedSchema: {
      type: 'object',
      properties: { [field]: type === 'string' ? { type } : { type } },
      required: [field],
    },
  });
const sample = () =>
  inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text: 'What is the capital of France?' } }],
    maxTokens: 100,
  });

/** The accepted value of one field, undefined when the answer is missing or malformed. */
export function given(ctx: ServerContext, key: string, field: string): unknown {
  const answer = inputResponse(ctx.mcpReq.inputResponses, key);
  return answer.kind === 'elicit' && answer.action === 'accept' ? answer.content?.[field] : undefined;
}

/** Tools that answer `input_required` and finish in a later round. */
export function registerInputTools(server: McpServer, codec: RequestStateCodec): void {
  const description = 'Conformance fixture';
  const need = (inputRequests: Record<string, InputRequest>, requestState?: string) =>
    inputRequired({ inputRequests, ...(requestState !== undefined && { requestState }) });

  server.registerTool('test_input_required_result_elicitation', { description }, (ctx) => {
    const name = given(ctx, 'user_name', 'name');
    return typeof name === 'string' ? text(`Hello, ${name}`) : need({ user_name: ask('name') });
  });
  server.registerTool('test_input_required_result_sampling', { description }, (ctx) => {
    const answer = inputResponse(ctx.mcpReq.inputResponses, 'capital_question');
    return answer.kind === 'sampling'
      ? text(`Model says: ${JSON.stringify(answer.result.content)}`)
      : need({ capital_question: sample() });
  });
  server.registerTool('test_input_required_result_list_roots', { description }, (ctx) => {
    const answer = inputResponse(ctx.mcpReq.inputResponses, 'client_roots');
    return answer.kind === 'roots'
      ? text(`Roots: ${JSON.stringify(answer.roots)}`)
      : need({ client_roots: inputRequired.listRoots() });
  });
  for (const name of ['test_input_required_result_request_state', 'test_input_required_result_tampered_state']) {
    server.registerTool(name, { description }, async (ctx) => {
      const state = ctx.mcpReq.requestState<{ step: string }>();
      const ok = given(ctx, 'confirm', 'ok');
      if (state?.step === 'confirm' && ok !== undefined) return text('state-ok');
      return need({ confirm: ask('ok', 'boolean') }, await codec.mint({ step: 'confirm' }));
    });
  }
  server.registerTool('test_input_required_result_multiple_inputs', { description }, async (ctx) => {
    const name = given(ctx, 'user_name', 'name');
    const greeting = inputResponse(ctx.mcpReq.inputResponses, 'greeting');
    const roots = inputResponse(ctx.mcpReq.inputResponses, 'client_roots');
    if (name !== undefined && greeting.kind === 'sampling' && roots.kind === 'roots') {
      return text(`${name}: ${JSON.stringify(greeting.result.content)} ${JSON.stringify(roots.roots)}`);
    }
    const requests = { user_name: ask('name'), greeting: sample(), client_roots: inputRequired.listRoots() };
    return need(requests, await codec.mint({ step: 'all' }));
  });
  server.registerTool('test_input_required_result_multi_round', { description }, async (ctx) => {
    const state = ctx.mcpReq.requestState<{ step: number; name?: unknown }>();
    const name = given(ctx, 'step1', 'name');
    const color = given(ctx, 'step2', 'color');
    if (state?.step === 2 && color !== undefined) return text(`${state.name} likes ${color}`);
    if (state?.step === 1 && name !== undefined)
      return need({ step2: ask('color') }, await codec.mint({ step: 2, name }));
    return need({ step1: ask('name') }, await codec.mint({ step: 1 }));
  });
  server.registerTool('test_input_required_result_capabilities', { description }, (ctx) => {
    const declared = clientCapabilities(server, ctx);
    const requests: Record<string, InputRequest> = {
      ...(declared.elicitation && { user_name: ask('name') }),
      ...(declared.sampling && { greeting: sample() }),
      ...(declared.roots && { client_roots: inputRequired.listRoots() }),
    };
    const answered = Object.keys(requests).every(
      (key) => inputResponse(ctx.mcpReq.inputResponses, key).kind !== 'missing',
    );
    return answered ? text('done with what the client can do') : need(requests);
  });
  server.registerTool('test_missing_capability', { description }, (ctx) => {
    const answer = inputResponse(ctx.mcpReq.inputResponses, 'sample');
    return answer.kind === 'sampling' ? text('sampled') : need({ sample: sample() });
  });
}
