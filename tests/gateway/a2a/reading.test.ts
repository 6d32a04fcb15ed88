import { Message } from '@a2a-js/sdk';
import { expect, it } from 'vitest';
import { readMessage } from '../../../src/gateway/a2a/reading.ts';
import { message } from './a2a-server.ts';

const read = (parts: readonly object[]) => readMessage(Message.fromJSON(message(parts)), undefined);

it('an analysis of another agent that is none is refused, with what is wrong in it', () => {
  for (const analysis of [null, [], { objects: [] }, { image: { width: 0, height: 1 }, objects: [] }]) {
    expect(() => read([{ data: { analysis } }])).toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/^VALIDATION_00[12]$/),
        details: {
          problems: expect.arrayContaining([expect.objectContaining({ field: expect.stringMatching(/^analysis/) })]),
        },
      }),
    );
  }
});

it('what the sender says itself goes before what its analysis says', () => {
  const analysis = { image: { width: 640, height: 480 }, objects: [], model: { box_noise: 0.01 } };
  expect(read([{ data: { analysis, box_noise: 0.2 } }]).args).toMatchObject({ box_noise: 0.2, detections: [] });
});
