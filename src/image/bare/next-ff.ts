/** So many bytes are looked at one by one before a search over many is begun, which costs as much. */
const NEAR = 16;

/** Where the next 0xff lies, -1 where there is none; quick where they are many, and where they are few. */
export function nextFf(bytes: Buffer, from: number): number {
  const near = Math.min(from + NEAR, bytes.length);
  for (let at = from; at < near; at += 1) if (bytes[at] === 0xff) return at;
  return bytes.indexOf(0xff, near);
}
