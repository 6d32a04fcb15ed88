import { useI18n } from 'vue-i18n';
import { preferences } from './preferences.ts';

const MM_PER_INCH = 25.4;
const CENT = 0.01;
const BYTES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
const AGO: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** Making one costs a hundred times what using it does. */
function kept<Options extends object, Format>(make: new (locale: string, options: Options) => Format) {
  const made = new Map<string, Format>();
  return (locale: string, options: Options): Format => {
    const key = `${locale} ${JSON.stringify(options)}`;
    const known = made.get(key) ?? new make(locale, options);
    made.set(key, known);
    return known;
  };
}
const numbers = kept(Intl.NumberFormat);
const dates = kept(Intl.DateTimeFormat);
const agos = kept(Intl.RelativeTimeFormat);

/** Numbers, lengths and times as the chosen language and units write them. */
export function useFormat() {
  const { locale } = useI18n();

  const number = (value: number, digits = 0): string =>
    numbers(locale.value, { maximumFractionDigits: digits }).format(value);

  return {
    number,
    percent: (share: number, digits = 0): string =>
      numbers(locale.value, { style: 'percent', maximumFractionDigits: digits }).format(share),
    /** US dollars, to the cent; what is less than one is said to be so. */
    money(usd: number): string {
      const write = numbers(locale.value, { style: 'currency', currency: 'USD' });
      const isTiny = usd !== 0 && Math.abs(usd) < CENT;
      return isTiny ? `${usd < 0 ? '> −' : '< '}${write.format(CENT)}` : write.format(usd);
    },
    /** Of millimetres. */
    length: (mm: number, digits = mm < 10 ? 1 : 0): string =>
      preferences.units === 'inch'
        ? `${number(mm / MM_PER_INCH, Math.abs(mm) < MM_PER_INCH ? 2 : 1)} in`
        : `${number(mm, digits)} mm`,
    /** Of millimetres, with the half width of its interval; the unit stands once. */
    measure(mm: number, error: number | null): string {
      const [by, digits, unit] = preferences.units === 'inch' ? [MM_PER_INCH, 1, 'in'] : [1, 0, 'mm'];
      return `${number(mm / by, digits)}${error === null ? '' : ` ± ${number(error / by, digits)}`} ${unit}`;
    },
    ms: (value: number): string =>
      value >= 1000 ? `${number(value / 1000, 1)} s` : `${number(value, value < 10 ? 1 : 0)} ms`,
    bytes(value: number): string {
      const step = value <= 0 ? 0 : Math.min(BYTES.length - 1, Math.floor(Math.log10(value) / 3));
      return numbers(locale.value, {
        style: 'unit',
        unit: BYTES[step] ?? 'byte',
        maximumFractionDigits: step > 2 ? 1 : 0,
      }).format(value / 1000 ** step);
    },
    dateTime: (time: string | number | Date): string =>
      dates(locale.value, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(time)),
    ago(time: string | number | Date, now = Date.now()): string {
      const seconds = (new Date(time).getTime() - now) / 1000;
      const [unit, length] = AGO.find(([, one]) => Math.abs(seconds) >= one) ?? ['second', 1];
      return agos(locale.value, { numeric: 'auto' }).format(Math.round(seconds / length), unit);
    },
    duration(seconds: number): string {
      const [unit, length] = AGO.find(([, one]) => seconds >= one) ?? ['second', 1];
      return numbers(locale.value, { style: 'unit', unit, unitDisplay: 'long' }).format(Math.floor(seconds / length));
    },
  };
}
