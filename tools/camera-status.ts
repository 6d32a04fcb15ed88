import * as z from 'zod';
import { defineTool } from '../src/gateway/mcp/protocol/tool.ts';
import { changesAnswer } from '../src/presentation/camera-changes.ts';

export const cameraStatus = defineTool({
  name: 'camera_status',
  title: 'What a camera sees now',
  description: 'What is on the desk, broken rules, last events. camera://{name} has all of it.',
  permission: 'analysis:read',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  readOnlyMode: 'same',
  input: z.strictObject({
    camera: z.string().min(1).max(64).describe('name or id'),
    since: z.string().max(40).optional().describe('12h, time'),
  }),
  output: z.looseObject({ state: z.string() }),
  run: async (args, call) => changesAnswer(await call.services.cameras.changes(call, args)),
});
