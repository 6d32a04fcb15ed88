/** What an address gives to whoever has it; it ends with the analysis, and with the user who made it. */
export interface FileClaim {
  readonly key: string;
  readonly analysisId: string;
  /** Null: no user made it. */
  readonly userId: string | null;
  /** What a browser calls it: letters, digits, `.`, `_` and `-`. */
  readonly fileName: string;
  /** Unix time, seconds. */
  readonly expiresAtS: number;
}

/** Addresses of stored files, wherever those lie: each use of one comes to our own HTTP server, which looks at the claim. */
export interface FileLinks {
  /** A path of that server. Does not look whether the file is there. */
  path(claim: FileClaim): string;
}
