import * as z from 'zod';
import { AnalysisId } from '../src/contract/ids.ts';
import { OtherUnits } from '../src/contract/length-unit.ts';
import { defined } from '../src/gateway/mcp/protocol/arguments.ts';
import { defineTool } from '../src/gateway/mcp/protocol/tool.ts';

/** Clients and model APIs take more, but an image in a conversation should stay cheap. */
const MAX_BYTES = 200_000;

export const getAnnotatedImage = defineTool({
  name: 'get_annotated_image',
  title: 'Show the measured scene',
  description:
    'The photo of a stored analysis with objects, distances, broken rules and moves drawn on it: one image under 200 kB and a link to the larger one.',
  permission: 'analysis:read',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  readOnlyMode: 'same',
  input: z.strictObject({
    analysis_id: AnalysisId,
    max_size: z.int().min(200).max(1600).default(1000).describe('long side, pixels'),
    units: OtherUnits,
  }),
  output: null,
  aliases: { id: 'analysis_id' },
  async run(args, call) {
    const id = args.analysis_id;
    const annotated = await call.services.analyses.annotatedImage(call, id, {
      maxSize: args.max_size,
      maxBytes: MAX_BYTES,
      ...defined({ units: args.units }),
    });
    return {
      text: `Annotated image of ${id}, ${annotated.width} x ${annotated.height} px. Larger: analysis://${id}/annotated-image`,
      structured: null,
      blocks: [
        { type: 'image', data: annotated.bytes.toString('base64'), mimeType: annotated.contentType },
        {
          type: 'resource_link',
          uri: `analysis://${id}/annotated-image`,
          name: `${id}-annotated`,
          title: 'Annotated image in full size',
          mimeType: 'image/jpeg',
        },
      ],
    };
  },
});
