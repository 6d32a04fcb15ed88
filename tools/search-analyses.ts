import { SearchRequest } from '../src/contract/search.ts';
import { defineTool } from '../src/gateway/mcp/protocol/tool.ts';
import { SearchOutput, searchAnswer } from '../src/presentation/search-answer.ts';

export const searchAnalyses = defineTool({
  name: 'search_analyses',
  title: 'Find past desks',
  permission: 'analysis:read',
  description:
    'Finds stored analyses of yours, newest first: by findings ({"about":["mug","laptop"],"operator":"min_distance"}: when was a mug too close to a laptop), objects, rule and time; or by text, image or an example, most similar first. All that is given must hold.',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  readOnlyMode: 'same',
  input: SearchRequest,
  output: SearchOutput,
  aliases: {
    query: 'text',
    q: 'text',
    object: 'objects',
    from: 'since',
    to: 'until',
    like: 'analysis_id',
    id: 'analysis_id',
  },
  async run(args, call) {
    return searchAnswer(await call.services.search.search(call, args));
  },
});
