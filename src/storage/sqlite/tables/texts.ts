/** A list as JSON texts. A thread sends them one by one, so that no message is large. */
export interface Texts {
  readonly texts: readonly string[];
  /** How many there are without the limit of the page. */
  readonly total: number;
}

export const allOf = (texts: readonly string[]): Texts => ({ texts, total: texts.length });
