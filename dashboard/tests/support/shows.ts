import { expect } from 'vitest';
import type { Locator } from 'vitest/browser';

/** That the text stands somewhere in it, soon. */
export async function shows(locator: Locator, text: string | RegExp): Promise<void> {
  const wanted = typeof text === 'string' ? expect.stringContaining(text) : expect.stringMatching(text);
  await expect.poll(() => locator.query()?.textContent ?? null, { timeout: 10_000 }).toEqual(wanted);
}
