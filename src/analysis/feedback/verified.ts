/** What a verified move promises; `all`: every rule of the analysis holds then. */
export const verifiedWords = (rules: 'its' | 'all' = 'its'): string =>
  `verified: ${rules} rules hold there with all errors; see that it is free`;
