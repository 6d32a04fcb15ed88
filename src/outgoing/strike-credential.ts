const STRUCK = '[credential]';
/** What is shorter is no secret, and would be found in ordinary words. */
const SHORTEST = 6;

/** Takes a credential out of text: as it is, percent-encoded, escaped, as hexadecimal digits, and in base64 wherever it begins. */
export function striker(credentials: readonly string[]): (text: string) => string {
  const forms = credentials.filter(({ length }) => length >= SHORTEST).flatMap(formsOf);
  if (forms.length === 0) return (text) => text;
  const pattern = new RegExp(forms.join('|'), 'g');
  return (text) => text.replace(pattern, STRUCK);
}

/** The text of an answer; in JSON every string by what it means, however it is written. */
export function struckBody(body: string, strike: (text: string) => string): string {
  try {
    return JSON.stringify(struckValue(JSON.parse(body), strike));
  } catch {
    return strike(body);
  }
}

function struckValue(value: unknown, strike: (text: string) => string): unknown {
  if (typeof value === 'string') return strike(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((one) => struckValue(one, strike));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [strike(key), struckValue(one, strike)]));
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
  const hex = digits.map(eitherCase);
  const readable = [...bytes].map((byte, i) => {
    const written = `\\x${digits[i]}|%${hex[i]}|\\\\u00${hex[i]}|&#${byte};|&#[xX]${hex[i]};`;
    return `(?:${written})`;
  });
  return [readable.join(''), hex.join('[\\s:]?'), ...[0, 1, 2].map((before) => base64Form(bytes, before))];
}

/** Behind so many bytes modulo three: the digits that hold nothing but the secret, in either alphabet. */
function base64Form(bytes: Buffer, before: number): string {
  const digits = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
  const own = digits.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  return own.replaceAll('+', '[-+]').replaceAll('/', '[_/]');
}

const eitherCase = (hex: string) => hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
