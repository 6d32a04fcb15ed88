/** Ctrl-C ends what runs; what it began is told by its own end. */
export async function untilInterrupted<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const end = new AbortController();
  const stop = () => end.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  // Waits of the services hold up no exit: here somebody waits for them.
  const awake = setInterval(() => {}, 60_000);
  try {
    return await run(end.signal);
  } finally {
    clearInterval(awake);
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
