import * as z from 'zod';
import { Cursor, Limit, NextCursor, Unreadable } from '../src/contract/ids.ts';
import { leftOutLine } from '../src/contract/unreadable.ts';
import { defined } from '../src/gateway/mcp/protocol/arguments.ts';
import { defineTool } from '../src/gateway/mcp/protocol/tool.ts';
import { CalibrationOutput, calibrationLine, calibrationOutput } from '../src/presentation/calibration-answer.ts';
import { moreLine } from '../src/presentation/more-line.ts';

export const listCalibrations = defineTool({
  name: 'list_calibrations',
  title: 'List the stored calibrations',
  description: 'Calibrations of fixed cameras, for use as calibration_id.',
  permission: 'analysis:read',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  readOnlyMode: 'same',
  input: z.strictObject({ limit: Limit(50, 20), cursor: Cursor.optional() }),
  output: z.strictObject({
    calibrations: z.array(CalibrationOutput),
    total: z.int(),
    next_cursor: NextCursor,
    unreadable: Unreadable,
  }),
  async run({ limit, cursor }, call) {
    const { calibrations } = call.services;
    const page = await calibrations.list(call, { limit, ...defined({ cursor }) });
    const total = await calibrations.count(call);
    return {
      text: [
        `Stored calibrations: ${total}, ${page.items.length} shown.`,
        ...page.items.map((one) => `- ${calibrationLine(one)}`),
        ...leftOutLine(page.unreadable),
        ...moreLine(page.nextCursor),
      ].join('\n'),
      structured: {
        calibrations: page.items.map(calibrationOutput),
        total,
        next_cursor: page.nextCursor,
        ...defined({ unreadable: page.unreadable }),
      },
    };
  },
});
