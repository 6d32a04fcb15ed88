/** What the search says of a hit, such as "violated: mug-1 is too close", with the verdict in the words of the page. */
export function saidWhy(why: string, t: (key: string) => string): string {
  const [, verdict, rest] = /^(violated|uncertain|satisfied): (.*)$/s.exec(why) ?? [];
  return verdict === undefined ? why : `${t(`verdict.${verdict}`)}: ${rest}`;
}
