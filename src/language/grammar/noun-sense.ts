/** What a noun stands for. */
export interface NounSense {
  /** Class or group. */
  readonly name: string;
  readonly plural: boolean;
  /** The word is wider or narrower than what it is read as: said in the assumptions. */
  readonly assumed?: true;
}

export const one = (name: string): NounSense => ({ name, plural: false });
export const many = (name: string): NounSense => ({ name, plural: true });
export const assumed = (sense: NounSense): NounSense => ({ ...sense, assumed: true });
