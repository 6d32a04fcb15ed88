/** What the text of a list ends with where another page follows. */
export const moreLine = (nextCursor: string | null): string[] =>
  nextCursor === null ? [] : [`Next page: cursor "${nextCursor}".`];
