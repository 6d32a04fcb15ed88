import * as z from 'zod';
import { defineTool } from '../src/gateway/mcp/protocol/tool.ts';
import { cameraStatusText } from '../src/presentation/camera-answer.ts';

export const cameraStatus = defineTool({
  name: 'camera_status',
  title: 'What a camera sees now',
  description: 'What is on the desk, broken rules, last events. camera://{name} has all of it.',
  permission: 'analysis:read',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  readOnlyMode: 'same',
  input: z.strictObject({ camera: z.string().min(1).max(64).describe('name or id') }),
  output: z.strictObject({
    state: z.string(),
    last_picture_at: z.string().nullable(),
    objects: z.array(z.string()),
    broken: z.array(z.record(z.string(), z.unknown())).describe('rule, since, objects'),
  }),
  async run({ camera }, call) {
    const status = await call.services.cameras.status(call, camera);
    const { state, last_picture_at, objects, broken } = status;
    return {
      text: cameraStatusText(status),
      structured: {
        state,
        last_picture_at,
        objects: objects.map(({ track_id }) => track_id),
        broken: broken.map(({ rule, since, objects: about }) => ({ rule, since, objects: about })),
      },
    };
  },
});
