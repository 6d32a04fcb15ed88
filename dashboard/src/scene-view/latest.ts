/**
 * Runs `work` on the latest input only: one at a time, and what was given meanwhile is dropped but for the last. `wait` is
 * what passes before a run begins, ms.
 */
export function latestOnly<T>(work: (input: T, isLatest: () => boolean) => Promise<void>) {
  let turn = 0;
  let running = false;
  let next: { input: T; turn: number } | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function run(): Promise<void> {
    if (running || !next) return;
    const mine = next;
    next = null;
    running = true;
    await work(mine.input, () => mine.turn === turn).finally(() => {
      running = false;
    });
    await run();
  }

  return {
    ask(input: T, wait = 0): void {
      next = { input, turn: ++turn };
      clearTimeout(timer);
      timer = setTimeout(() => void run(), wait);
    },
    /** What runs is not the latest any more; nothing else begins. */
    drop(): void {
      turn += 1;
      next = null;
      clearTimeout(timer);
    },
  };
}
