import { completable, inputRequired, type McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { PIXEL } from './content-tools.ts';
import { ask, given } from './input-tools.ts';

const user = (...content: object[]) => ({
  messages: content.map((c) => ({ role: 'user' as const, content: c as never })),
});
const text = (value: string) => ({ type: 'text', text: value });

export function registerPrompts(server: McpServer): void {
  const description = 'Conformance fixture';
  server.registerPrompt('test_simple_prompt', { description }, () =>
    user(text('This is a simple prompt for testing.')),
  );
  const options = ['paris', 'park', 'party'];
  const arg1 = completable(z.string(), (typed) => options.filter((option) => option.startsWith(typed)));
  server.registerPrompt(
    'test_prompt_with_arguments',
    { description, argsSchema: z.object({ arg1, arg2: z.string() }) },
    (args) => user(text(`Prompt with arguments: arg1='${args.arg1}', arg2='${args.arg2}'`)),
  );
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description, argsSchema: z.object({ resourceUri: z.string() }) },
    ({ resourceUri }) =>
      user(
        {
          type: 'resource',
          resource: { uri: resourceUri, mimeType: 'text/plain', text: 'Embedded resource content.' },
        },
        text('Please process the embedded resource above.'),
      ),
  );
  server.registerPrompt('test_prompt_with_image', { description }, () =>
    user({ type: 'image', data: PIXEL, mimeType: 'image/png' }, text('Please analyze the image above.')),
  );
  server.registerPrompt('test_input_required_result_prompt', { description }, (ctx) => {
    const context = given(ctx, 'user_context', 'context');
    if (typeof context === 'string') return user(text(`Context: ${context}`));
    return inputRequired({ inputRequests: { user_context: ask('context') } });
  });
}
