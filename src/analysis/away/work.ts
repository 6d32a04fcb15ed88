import * as z from 'zod';
import { AnalyzeRequest, type CheckedRequest } from '../../contract/analyze-request.ts';
import { PERMISSIONS, type Principal, ROLES } from '../../contract/principal.ts';
import { PRIORITIES } from '../../contract/priority.ts';
import { Rule } from '../../contract/rule.ts';
import { StoredCalibrationShape } from '../../contract/stored-calibration.ts';
import { AppError } from '../../errors.ts';
import type { StoredCalibration } from '../../ports/records.ts';
import { inverse } from '../../scene/math/mat3.ts';
import { traceparent } from '../../telemetry/trace/spans.ts';
import type { Assignment } from '../backend.ts';

const Principals = z.strictObject({
  id: z.string().max(200),
  kind: z.enum(['user', 'key', 'agent', 'local']),
  role: z.enum(ROLES),
  permissions: z.array(z.enum(PERMISSIONS)),
  mustChangePassword: z.boolean().exactOptional(),
}) satisfies z.ZodType<Principal, unknown>;

const Head = z.strictObject({
  request: AnalyzeRequest,
  principal: Principals,
  priority: z.enum(PRIORITIES),
  size: z.strictObject({ width: z.int().min(1), height: z.int().min(1) }),
  /** Of the photo, whose bytes come behind; null: there is none. */
  image: z
    .strictObject({
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      label: z.string().max(500),
      warnings: z.array(z.string().max(2000)).max(50),
    })
    .nullable(),
  calibration: StoredCalibrationShape.refine(({ calibration: { homography } }) => {
    return homography !== null && inverse(homography) !== null;
  }, 'maps no pixels to the table').nullable() satisfies z.ZodType<StoredCalibration | null>,
  rules: z.array(Rule),
  unreadable: z.array(z.string().max(200)),
  rulesNotRead: z.boolean(),
  /** Of who looks again and again: from this score on, what is not believed is told too. */
  faint: z.number().min(0).max(1).exactOptional(),
  /** The trace that it belongs to; null: nobody traces. */
  traceparent: z.string().max(55).nullable(),
});

/** What a worker is told: all that the answer follows from, for it has no store of the server's. */
export type Work = Omit<z.output<typeof Head>, 'request'> & {
  readonly request: CheckedRequest;
  /** Of the photo; empty where there is none. */
  readonly bytes: Buffer;
};

const HEAD_BYTES = 4;

export function encodeWork(what: Omit<Assignment, 'signal' | 'step' | 'model' | 'repeats' | 'until'>): Buffer {
  const { bytes: _, ...request } = what.request;
  const { image, width, height } = what.source;
  const head = {
    request,
    principal: what.principal,
    priority: what.priority,
    size: { width, height },
    image: image && { sha256: image.sha256, label: image.label, warnings: image.warnings ?? [] },
    calibration: what.calibration,
    rules: what.rules,
    unreadable: what.unreadable ?? [],
    rulesNotRead: what.rulesNotRead ?? false,
    ...(what.faint !== undefined && { faint: what.faint }),
    traceparent: traceparent() ?? null,
  };
  const text = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(HEAD_BYTES);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text, image?.bytes ?? Buffer.alloc(0)]);
}

/** Throws SYSTEM_003 for what no server of this version wrote. */
export function decodeWork(entry: Buffer): Work {
  try {
    const from = HEAD_BYTES + entry.readUInt32BE(0);
    const head = Head.parse(JSON.parse(entry.toString('utf8', HEAD_BYTES, from)));
    return { ...head, bytes: entry.subarray(from) };
  } catch (cause) {
    throw new AppError('SYSTEM_003', { message: 'What the queue holds of this analysis is damaged.', cause });
  }
}
