import { lines, type Notice } from './notice.ts';
import { type Held, remark, type Statement } from './statement.ts';

const ORDER = ['critical', 'error', 'warning', 'info', 'success'] as const;

/** What was held over quiet hours as one notice, each part with the time by the reader's clock; null: there is nothing. */
export function digest(notices: readonly Held[], timeZone: string): Notice | null {
  const clock = clockOf(timeZone);
  const told = notices.map((notice) => ({
    notice,
    parts: notice.statements ?? [remark(...(notice.lines.length > 0 ? notice.lines : [notice.title]))],
  }));
  const all = told.flatMap(({ notice, parts }) => parts.map((part) => ({ notice, part })));
  const news = all.filter(({ part }) => part.about !== null || part.lines.some((line) => !isNote(line)));
  const still = news.filter(({ part }) => part.over === null);
  const [worst] = [...(still.length > 0 ? still : news)].sort((a, b) => rank(a.notice) - rank(b.notice));
  const first = notices[0];
  if (worst === undefined || first === undefined) return null;
  const ids = new Set(notices.map(({ analysis_id }) => analysis_id));
  const said = all.flatMap(
    ({
      notice,
      part: {
        lines: [head = '', ...rest],
        over,
      },
    }) => {
      if (isNote(head)) return [head, ...rest];
      const id = ids.size > 1 && notice.analysis_id !== null ? ` (${notice.analysis_id})` : '';
      const end = over === null ? '' : ` – holds again since ${clock(over)}`;
      return [`${clock(notice.timestamp)} ${head}${end}${id}`, ...rest];
    },
  );
  const more = news.length > 1 ? `; ${news.length - 1} more` : '';
  return {
    id: first.id,
    timestamp: worst.notice.timestamp,
    severity: worst.notice.severity,
    title: `In your quiet hours: ${titleOf(worst)}${worst.part.over === null ? '' : ' (holds again)'}${more}`,
    lines: lines([...new Set(said), `Times are those of ${timeZone}.`]),
    analysis_id: ids.size === 1 ? first.analysis_id : null,
  };
}

/** Of a part among others: what it says itself, not what its notice says of all of them. */
const titleOf = ({ notice, part }: { readonly notice: Held; readonly part: Statement }): string =>
  (notice.statements ?? []).length > 1 && part.about !== null ? (part.lines[0] ?? notice.title) : notice.title;

const rank = ({ severity }: Held): number => ORDER.indexOf(severity);
const isNote = (line: string): boolean => line.startsWith('Note: ');

function clockOf(timeZone: string): (timestamp: string) => string {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return (timestamp) => {
    const at = new Date(timestamp);
    return Number.isNaN(at.getTime()) ? timestamp : format.format(at);
  };
}
