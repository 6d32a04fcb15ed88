/**
 * The words of an answer for somebody who speaks with an agent: no markdown, and nothing of tools, arguments and fields
 * that only a client of MCP has.
 */
export function spokenText(text: string): string {
  return text
    .replace(/^Next:(?:\n- .*)+\n*/gm, '')
    .replace(/^(?:Next|Next page): .*(?:\n|$)/gm, '')
    .replace(/\*\*(.+?)\*\*/g, '$1')
    .replace(/: detail "full"$/gm, ', not listed here')
    .replace(/ in structuredContent$/gm, ', not listed here')
    .replace(/^(not_applicable|violated|uncertain|satisfied): /, (_, verdict: string) => `${VERDICT[verdict]}: `)
    .replace(/^(- )?not_applicable ·/gm, (_, before = '') => `${before}does not apply ·`)
    .trim();
}

const VERDICT: Readonly<Record<string, string>> = {
  not_applicable: 'Does not apply here',
  violated: 'Violated',
  uncertain: 'Uncertain',
  satisfied: 'Satisfied',
};
