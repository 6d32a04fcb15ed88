import { S3Client } from '@aws-sdk/client-s3';

export interface S3Settings {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly bucket: string;
}

export interface ClientWaits {
  /** For a connection, ms. */
  readonly connectMs: number;
  /** From the request's end to the answer's head, ms. */
  readonly requestMs: number;
  readonly sockets: number;
  readonly attempts: number;
}

/**
 * Path style and no checksums of the SDK's own: with its defaults R2, Garage and others refuse uploads, and some servers store the
 * framing. `onDate` hears each answer's clock, ms.
 */
export function openClient(settings: S3Settings, waits: ClientWaits, onDate: (at: number) => void): S3Client {
  const agent = { keepAlive: true, maxSockets: waits.sockets };
  const client = new S3Client({
    endpoint: settings.endpoint,
    region: settings.region,
    credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: settings.secretAccessKey },
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Nothing is read from files or variables of the AWS command line.
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    defaultsMode: 'standard',
    retryMode: 'standard',
    maxAttempts: waits.attempts,
    logger: SILENT,
    requestHandler: {
      connectionTimeout: waits.connectMs,
      requestTimeout: waits.requestMs,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
      logger: SILENT,
    },
  });
  client.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      const { headers } = (answer.response ?? {}) as { headers?: Record<string, string> };
      const at = Date.parse(headers?.date ?? '');
      if (!Number.isNaN(at)) onDate(at);
      return answer;
    },
    { step: 'deserialize', name: 'clockOfTheServer' },
  );
  return client;
}

const nothing = () => undefined;
const SILENT = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
