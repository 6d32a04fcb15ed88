/** Files that one backup reads again, about. */
const MOST = 100;

/** A share of what is there already is read again with each backup, by chance, so that no damage stays unseen for ever. */
export class Reread {
  private readonly share: number;
  /** Files that were damaged and were written anew. */
  mended = 0;

  /** `there`: how many files there are. */
  constructor(there: number) {
    this.share = there === 0 ? 0 : MOST / there;
  }

  isDue = (): boolean => Math.random() < this.share;
}
