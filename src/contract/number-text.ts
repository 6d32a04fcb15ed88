/** As JSON writes it: `0.4`, `-3`, `1e3`. `0,4`, `007`, `0x10` and `1_000` are read differently by different people. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The number that a text says beyond doubt; null: it says none. */
export function numberText(text: string): number | null {
  if (text.length > 40 || !NUMBER.test(text.trim())) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
