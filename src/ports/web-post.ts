/** What goes out to an address that a caller named: to hosts of the public internet only. */
export interface WebPost {
  /** Throws VALIDATION_007 for an address that is never called. No name is looked up. */
  check(url: string): void;
  /** The status of the answer, whose body nobody reads; redirects are not followed. Throws VALIDATION_006, VALIDATION_007. */
  send(url: string, message: WebMessage, signal: AbortSignal): Promise<WebReply>;
}

export interface WebMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface WebReply {
  readonly status: number;
  /** Seconds to wait, as the host says. */
  readonly retryAfterS: number | null;
}
