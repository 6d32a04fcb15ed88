import * as z from 'zod';
import { defineTool } from '../src/gateway/mcp/protocol/tool.ts';
import { CalibrationOutput, calibrationLine, calibrationOutput } from '../src/presentation/calibration-answer.ts';

export const listCalibrations = defineTool({
  name: 'list_calibrations',
  title: 'List the stored calibrations',
  description: 'Calibrations of fixed cameras, for use as calibration_id.',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  readOnlyMode: 'same',
  input: z.strictObject({}),
  output: z.strictObject({ calibrations: z.array(CalibrationOutput) }),
  async run(_args, call) {
    const stored = await call.services.calibrations.list(call);
    return {
      text: [`Stored calibrations: ${stored.length}.`, ...stored.map((one) => `- ${calibrationLine(one)}`)].join('\n'),
      structured: { calibrations: stored.map(calibrationOutput) },
    };
  },
});
