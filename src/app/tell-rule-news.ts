import type { PromisedNews } from '../rulebook/promised-news.ts';
import type { Log } from '../telemetry/log.ts';

const EVERY_MS = 15_000;
/** Longer than a write takes: what is newer is another process's, which tells it itself. */
const OLDER_THAN_MS = 10_000;

/** Tells, now and then, of rules that processes have written which were killed before they told it. */
export function tellRuleNews(news: PromisedNews, log: Log) {
  let isBusy = false;
  const look = async () => {
    if (isBusy) return;
    isBusy = true;
    try {
      const told = await news.tellLeft(OLDER_THAN_MS);
      if (told > 0) log.info({ events: told }, 'told of rules that an ended process had changed');
    } catch (error) {
      log.warn({ err: error }, 'what was not told of rules could not be told; it is tried again');
    } finally {
      isBusy = false;
    }
  };
  const timer = setInterval(() => void look(), EVERY_MS).unref();
  return { stop: () => clearInterval(timer) };
}
