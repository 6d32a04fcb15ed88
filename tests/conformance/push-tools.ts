import { setTimeout as sleep } from 'node:timers/promises';
import { inputRequired, inputResponse, type McpServer, type ServerNotifier } from '@modelcontextprotocol/server';
import * as z from 'zod';

const PAUSE_MS = 50;
const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });

/** Tools that send something before their result, or ring the bell of a list. */
export function registerPushTools(server: McpServer, notify: () => ServerNotifier | undefined): void {
  const description = 'Conformance fixture';
  for (const name of ['test_tool_with_logging', 'test_logging_tool']) {
    server.registerTool(name, { description }, async (ctx) => {
      for (const step of ['started', 'processing data', 'completed']) {
        await ctx.mcpReq.log('info', `Tool execution ${step}`);
        await sleep(PAUSE_MS);
      }
      return text('logged');
    });
  }
  server.registerTool('test_tool_with_progress', { description }, async (ctx) => {
    const progressToken = ctx.mcpReq._meta?.progressToken ?? 0;
    for (const progress of [0, 50, 100]) {
      await ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 100 } });
      await sleep(PAUSE_MS);
    }
    return text(String(progressToken));
  });
  server.registerTool(
    'test_sampling',
    { description, inputSchema: z.object({ prompt: z.string() }) },
    ({ prompt }, ctx) => {
      const answer = inputResponse(ctx.mcpReq.inputResponses, 'sample');
      if (answer.kind === 'sampling') return text(`LLM response: ${JSON.stringify(answer.result.content)}`);
      const messages = [{ role: 'user' as const, content: { type: 'text' as const, text: prompt } }];
      return inputRequired({ inputRequests: { sample: inputRequired.createMessage({ messages, maxTokens: 100 }) } });
    },
  );
  const form = (name: string, properties: Record<string, object>, required: string[] = []) =>
    server.registerTool(
      name,
      { description, inputSchema: z.object({ message: z.string().optional() }) },
      (args, ctx) => {
        const answer = inputResponse(ctx.mcpReq.inputResponses, 'form');
        if (answer.kind === 'elicit') {
          return text(`User response: action=${answer.action}, content=${JSON.stringify(answer.content ?? {})}`);
        }
        const requestedSchema = { type: 'object' as const, properties, required } as never;
        const message = args.message ?? 'Please answer';
        return inputRequired({ inputRequests: { form: inputRequired.elicit({ message, requestedSchema }) } });
      },
    );
  const person = {
    username: { type: 'string', description: "User's response" },
    email: { type: 'string', description: "User's email address" },
  };
  form('test_elicitation', person, ['username', 'email']);
  form('test_streaming_elicitation', person, ['username', 'email']);
  form('test_elicitation_sep1034_defaults', {
    name: { type: 'string', default: 'John Doe' },
    age: { type: 'integer', default: 30 },
    score: { type: 'number', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean', default: true },
  });
  const values = ['option1', 'option2', 'option3'];
  const titled = values.map((value, index) => ({ const: value, title: `Option ${index + 1}` }));
  form('test_elicitation_sep1330_enums', {
    untitledSingle: { type: 'string', enum: values },
    titledSingle: { type: 'string', oneOf: titled },
    legacyEnum: { type: 'string', enum: values, enumNames: ['One', 'Two', 'Three'] },
    untitledMulti: { type: 'array', items: { type: 'string', enum: values } },
    titledMulti: { type: 'array', items: { anyOf: titled } },
  });
  server.registerTool('test_trigger_tool_change', { description }, () => {
    notify()?.toolsChanged();
    server.sendToolListChanged();
    return text('rung');
  });
  server.registerTool('test_trigger_prompt_change', { description }, () => {
    notify()?.promptsChanged();
    server.sendPromptListChanged();
    return text('rung');
  });
}
