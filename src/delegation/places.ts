import { FairShare } from '../fair-share.ts';

/** Of one server at once; those beyond wait until one is over, or are refused. */
export const MOST_FOLLOWED = 64;

/** Places for delegations that are open: neither one caller nor one peer that hangs can have all of them. */
export class Places {
  private readonly owners = new FairShare(MOST_FOLLOWED);
  private readonly peers = new FairShare(MOST_FOLLOWED);
  private taken = 0;

  /** The function that gives the place back; null where there is none left for this caller and this peer. */
  take(owner: string, peer: string): (() => void) | null {
    if (this.taken >= MOST_FOLLOWED) return null;
    const ofOwner = this.owners.take(owner);
    const ofPeer = ofOwner && this.peers.take(peer);
    if (ofPeer === null) {
      ofOwner?.();
      return null;
    }
    this.taken += 1;
    let mine = true;
    return () => {
      if (!mine) return;
      mine = false;
      this.taken -= 1;
      ofOwner?.();
      ofPeer();
    };
  }
}
