import * as z from 'zod';
import { CalibrationInput } from '../src/contract/calibration.ts';
import { CalibrationId } from '../src/contract/ids.ts';
import { isOneLine, ONE_LINE } from '../src/contract/one-line.ts';
import { AppError } from '../src/errors.ts';
import { defined, measuring } from '../src/gateway/mcp/protocol/arguments.ts';
import { defineTool } from '../src/gateway/mcp/protocol/tool.ts';
import { CalibrationOutput, calibrationLine, calibrationOutput } from '../src/presentation/calibration-answer.ts';

export const calibrate = defineTool({
  name: 'calibrate',
  title: 'Store or delete a calibration',
  description:
    'For a camera that does not move: stores how its pixels become millimetres, with zones and table corners, for use as calibration_id.',
  permission: 'analysis:write',
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  readOnlyMode: 'hidden',
  input: z.strictObject({
    action: z.enum(['create', 'delete']).default('create'),
    name: z.string().min(1).max(120).refine(isOneLine, ONE_LINE).optional(),
    width: z.int().min(1).max(100_000).optional().describe('image width, pixels'),
    height: z.int().min(1).max(100_000).optional(),
    calibration: CalibrationInput.optional(),
    zones: measuring.zones,
    table_corners: measuring.table_corners,
    calibration_id: CalibrationId.optional().describe('delete: which'),
  }),
  output: z.strictObject({
    deleted: z.string().optional(),
    calibration: CalibrationOutput.optional(),
  }),
  aliases: { id: 'calibration_id' },
  async run(args, call) {
    const { calibrations } = call.services;
    if (args.action === 'delete') {
      const id = required(args.calibration_id, 'calibration_id');
      await calibrations.delete(call, id);
      return { text: `${id} is deleted.`, structured: { deleted: id } };
    }
    const stored = await calibrations.create(call, {
      name: required(args.name, 'name'),
      calibration: required(args.calibration, 'calibration'),
      width: required(args.width, 'width'),
      height: required(args.height, 'height'),
      ...defined({ zones: args.zones, tablePx: args.table_corners }),
    });
    return {
      text: `${calibrationLine(stored)}\nUse it with "calibration_id".`,
      structured: { calibration: calibrationOutput(stored) },
    };
  },
});

function required<T>(value: T | undefined, field: string): T {
  if (value !== undefined) return value;
  throw new AppError('VALIDATION_001', { message: `${field} is missing.`, details: { field } });
}
