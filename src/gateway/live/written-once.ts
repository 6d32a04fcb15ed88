import type { LiveMessage } from '../../ports/live.ts';

/** The text of a message, made once however many clients hear it. */
export function writtenOnce(write: (message: LiveMessage) => string): (message: LiveMessage) => string {
  const texts = new WeakMap<LiveMessage, string>();
  return (message) => {
    const known = texts.get(message);
    if (known !== undefined) return known;
    const text = write(message);
    texts.set(message, text);
    return text;
  };
}
