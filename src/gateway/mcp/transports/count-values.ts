import { AppError } from '../../../errors.ts';
import { endOfString } from '../../end-of-string.ts';
import { nameTwice, repeatedName } from '../../repeated-name.ts';
import { INVALID_REQUEST, jsonRpcError } from './json-rpc.ts';

/** Values in one message, lists and objects counted: reading and checking 50,000 takes some 0.1 s, in which all wait. */
export const MAX_MESSAGE_VALUES = 50_000;

/** What the sender of a message with more is told; null where there are not too many. */
export function tooManyValues(json: string): ReturnType<typeof jsonRpcError> | null {
  if (!holdsTooManyValues(json)) return null;
  const error = new AppError('VALIDATION_002', {
    message: `The message holds more than ${MAX_MESSAGE_VALUES} values.`,
    advice: 'Send fewer detections, zones or rules in one call.',
    details: { max_values: MAX_MESSAGE_VALUES },
  });
  return refusal(error, json);
}

/** What the sender of a message is told in which a name stands twice; null where none does. */
export function namedTwice(json: string): ReturnType<typeof jsonRpcError> | null {
  const name = repeatedName(json);
  return name === null ? null : refusal(nameTwice(name), json, name === 'id' ? null : undefined);
}

function refusal(error: AppError, json: string, id: string | number | null = idIn(json)) {
  const text = `Invalid Request: ${error.code}: ${error.message} ${error.advice}`;
  return jsonRpcError(INVALID_REQUEST, text, id, error.toJSON());
}

const ID = String.raw`"id"\s*:\s*(\d{1,15}|"[^"\\]{0,100}")`;
/** SDKs write the id before the parameters or behind them, where only the brace of the message follows. */
const FIRST = new RegExp(String.raw`^\s*\{[^{}[\]]*?${ID}`);
const LAST = new RegExp(String.raw`${ID}\s*\}\s*$`);

function idIn(json: string): string | number | null {
  const found = FIRST.exec(json.slice(0, 1000)) ?? LAST.exec(json.slice(-1000));
  return found === null ? null : JSON.parse(found[1]!);
}

const [QUOTE, COMMA, LIST, OBJECT] = [0x22, 0x2c, 0x5b, 0x7b];

/** Counts in the text, before it becomes objects: what is not JSON at all may pass here and is refused as such. */
export function holdsTooManyValues(json: string, most = MAX_MESSAGE_VALUES): boolean {
  let seen = 1;
  for (let at = 0; at < json.length; at += 1) {
    const sign = json.charCodeAt(at);
    if (sign === QUOTE) {
      at = endOfString(json, at);
      if (at < 0) return false;
    } else if (sign === COMMA || sign === LIST || sign === OBJECT) {
      seen += 1;
      if (seen > most) return true;
    }
  }
  return false;
}
