/** Of what all clients share, the most that one of them may hold: the rest is for the others. Of a handful nothing is kept back. */
export const shareOf = (all: number): number => (all < 5 ? all : Math.floor(all * 0.8));

/** Counts what each client holds of something that is scarce. Who holds nothing is not remembered. */
export class FairShare {
  readonly most: number;
  private readonly held = new Map<string, number>();

  /** `all`: places that there are for everyone together. */
  constructor(all: number) {
    this.most = shareOf(all);
  }

  /** The function that gives the place back; null where the client has its share already. */
  take(client: string): (() => void) | null {
    const held = this.held.get(client) ?? 0;
    if (held >= this.most) return null;
    this.held.set(client, held + 1);
    let mine = true;
    return () => {
      if (!mine) return;
      mine = false;
      const left = (this.held.get(client) ?? 1) - 1;
      if (left === 0) this.held.delete(client);
      else this.held.set(client, left);
    };
  }
}
