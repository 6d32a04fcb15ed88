/** What a verified move promises; of its new place, what the picture shows of it. */
export const verifiedWords = (sight: string | undefined, rules: 'its' | 'all' = 'its'): string =>
  `verified: ${rules} rules hold there with all errors; ${sight === 'plain' ? 'the picture shows plain table there' : 'see that it is free'}`;
