// The plugin's types of a request.
import type {} from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { MAX_IMAGE_BYTES } from '../../contract/image-size.ts';
import { AppError } from '../../errors.ts';
import { countParts } from './count-parts.ts';

export interface UploadedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Upload {
  /** Text fields; an object in JSON stays text. */
  readonly fields: Readonly<Record<string, string>>;
  readonly files: readonly UploadedFile[];
}

/** Of the fields beside the files. */
const FIELDS = { most: 40, bytes: 256 * 1024, nameBytes: 100 } as const;
const MAX_NAME = 200;

/** Room for the files of one request and what is said beside them, bytes. */
export const uploadBytes = (files: number) => files * MAX_IMAGE_BYTES + 1024 * 1024;
/** Ten ordinary photos, not ten of the largest: all of them are in memory at once. */
export const MAX_BATCH_BYTES = uploadBytes(3);

/**
 * The parts of a multipart form whose files are called `fileField`. Throws VALIDATION_002 for another file, a field twice or
 * too many, VALIDATION_004 for what is too large, TOO_MANY_FILES.
 */
export async function readUpload(request: FastifyRequest, fileField: string, mostFiles: number): Promise<Upload> {
  if (Number(request.headers['content-length'] ?? 0) > (request.routeOptions.bodyLimit ?? 0)) throw tooLarge();
  const fields = new Map<string, string>();
  const files: UploadedFile[] = [];
  const begun = countParts(request.raw, request.headers['content-type'] ?? '');
  try {
    const parts = request.parts({
      limits: {
        files: mostFiles,
        fileSize: MAX_IMAGE_BYTES,
        fields: FIELDS.most,
        fieldSize: FIELDS.bytes,
        fieldNameSize: FIELDS.nameBytes,
      },
    });
    for await (const part of parts) {
      const name = part.fieldname;
      if (part.type === 'file') {
        if (name !== fileField && name !== `${fileField}[]`) {
          throw invalid(`Files are taken in the field "${fileField}".`, `Name the file's field "${fileField}".`, name);
        }
        files.push({ name: part.filename.slice(0, MAX_NAME), bytes: await part.toBuffer() });
      } else {
        if (fields.has(name)) throw invalid('A field is given twice.', 'Give each field once.', name);
        if (part.valueTruncated) throw tooLarge();
        fields.set(name, String(part.value));
      }
    }
    const unread = begun() - files.length - fields.size;
    if (unread > 0) {
      throw invalid(
        `${unread === 1 ? 'A part of the form is' : `${unread} parts of the form are`} not understood.`,
        'Begin each part with Content-Disposition: form-data; name="…", and no line break in a name.',
      );
    }
  } catch (thrown) {
    throw asAppError(thrown, mostFiles);
  }
  return { fields: Object.fromEntries(fields), files };
}

export const isUpload = (request: FastifyRequest): boolean => request.isMultipart();

function asAppError(thrown: unknown, mostFiles: number): unknown {
  switch ((thrown as { code?: string }).code) {
    case 'FST_REQ_FILE_TOO_LARGE':
      return tooLarge();
    case 'FST_FILES_LIMIT':
      return new AppError('TOO_MANY_FILES', {
        advice: `Send at most ${mostFiles} ${mostFiles === 1 ? 'image' : 'images'}.`,
      });
    case 'FST_FIELDS_LIMIT':
    case 'FST_PARTS_LIMIT':
      return invalid('The form has too many fields.', `Send at most ${FIELDS.most} fields.`);
    case 'FST_PROTO_VIOLATION':
      return invalid('A field has a name that is not taken.', 'Use the field names of /api/docs.');
    default:
      if (thrown instanceof AppError) return thrown;
      return invalid('The form cannot be read.', 'Send a complete multipart/form-data body with its boundary.');
  }
}

const tooLarge = () => new AppError('VALIDATION_004');

const invalid = (message: string, advice: string, field?: string) =>
  new AppError('VALIDATION_002', { message, advice, ...(field !== undefined && { details: { field } }) });
