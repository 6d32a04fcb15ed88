/** US dollars as people read them; small amounts keep the digits that say something. */
export function usd(amount: number | null): string {
  if (amount === null) return 'an unknown price';
  const digits = amount !== 0 && Math.abs(amount) < 0.01 ? 4 : 2;
  return `$${amount.toFixed(digits)}`;
}
