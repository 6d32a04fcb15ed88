import * as z from 'zod';
import { Cursor, Limit, NextCursor } from '../src/contract/ids.ts';
import { defined } from '../src/gateway/mcp/protocol/arguments.ts';
import { defineTool } from '../src/gateway/mcp/protocol/tool.ts';
import { listedCameraLine } from '../src/presentation/camera-answer.ts';
import { moreLine } from '../src/presentation/more-line.ts';

export const listCameras = defineTool({
  name: 'list_cameras',
  title: 'Cameras',
  description: 'Cameras over desks.',
  permission: 'analysis:read',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  readOnlyMode: 'same',
  input: z.strictObject({ limit: Limit(50, 20), cursor: Cursor.optional() }),
  output: z.strictObject({
    cameras: z.array(z.looseObject({ name: z.string(), state: z.string() })),
    next_cursor: NextCursor,
  }),
  async run({ limit, cursor }, call) {
    const { cameras } = call.services;
    const page = await cameras.list(call, { limit, ...defined({ cursor }) });
    return {
      text: [
        `Cameras: ${page.items.length} shown.`,
        ...page.items.map((one) => `- ${listedCameraLine(one)}`),
        ...moreLine(page.nextCursor),
      ].join('\n'),
      structured: {
        cameras: page.items.map(({ name, camera_id, state, trouble, broken }) => ({
          ...{ name, camera_id, state, trouble, broken },
        })),
        next_cursor: page.nextCursor,
      },
    };
  },
});
