import * as z from 'zod';
import { CameraName } from '../src/contract/camera.ts';
import { matching } from '../src/gateway/mcp/protocol/complete.ts';
import { type Prompt, quoted } from '../src/gateway/mcp/protocol/prompt.ts';

export const whatChanged: Prompt = {
  name: 'what_changed',
  title: 'What changed on the desk',
  description: 'Tells what a camera saw change, and what is broken now.',
  arguments: {
    camera: {
      description: 'Name of the camera',
      required: true,
      schema: CameraName,
      complete: (services, ctx, typed) => services.cameras.names(ctx, typed, 50),
    },
    since: {
      description: 'From when on, such as "this morning" or 12h; today when absent',
      required: false,
      schema: z.string().min(1).max(40),
      complete: (_services, _ctx, typed) => matching(['this morning', '1h', '12h', '1d'], typed),
    },
  },
  render({ camera, since }) {
    return [
      `What has changed in front of the camera ${quoted(camera ?? '')} since ${since === undefined ? 'the beginning of today' : quoted(since)}?`,
      `Call camera_status with {"since": ${quoted(since ?? 'today')}}: it lists what happened, and says where more did than is listed. Read camera://{name} for how long rules were broken; get_analysis has the details of an event with an analysis_id.`,
      'Times are UTC; the camera has a time zone of its own, in which people mean "this morning".',
      'Tell in order: what came, left or was moved and when; which rules broke, how long, and whether they hold again; what is broken now and the move that mends it.',
      'Repeat "uncertain" and errors of lengths as they are. Where the camera gave no picture or was moved, say from when to when nobody saw. Add nothing that is not there.',
    ].join('\n');
  },
};
