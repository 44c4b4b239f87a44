// Bytes, rates and times of day as people read them, in the language of the page.
import { useIntl } from 'react-intl';

export interface Amounts {
  readonly bytes: (bytes: number) => string;
  readonly rate: (bytesPerSecond: number) => string;
  readonly time: (atMs: number) => string;
}

const UNITS = ['kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

export function useAmounts(): Amounts {
  const { locale } = useIntl();
  return amountsOf(locale);
}

const known = new Map<string, Amounts>();

/** Made once for each language: every row on the screen asks, every second. */
function amountsOf(locale: string): Amounts {
  const amounts = known.get(locale) ?? newAmounts(locale);
  known.set(locale, amounts);
  return amounts;
}

function newAmounts(locale: string): Amounts {
  const formats = new Map<string, Intl.NumberFormat>();
  const two = '2-digit';
  const time = new Intl.DateTimeFormat(locale, { hour: two, minute: two, second: two, hour12: false });
  const write = (bytes: number, per: string): string => {
    const { value, unit, digits } = measured(bytes);
    const key = `${unit}${per} ${digits}`;
    const format = formats.get(key) ?? new Intl.NumberFormat(locale, formatOf(`${unit}${per}`, digits));
    formats.set(key, format);
    return format.format(value);
  };
  return {
    bytes: (bytes) => write(bytes, ''),
    rate: (bytesPerSecond) => write(bytesPerSecond, '-per-second'),
    time: (atMs) => time.format(atMs),
  };
}

/** Two digits are enough to compare, and move less. Nothing below a kilobyte, so that a column reads in one unit. */
function measured(bytes: number): { readonly value: number; readonly unit: string; readonly digits: number } {
  const power = bytes < 1e6 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3) - 1);
  const value = bytes / 1000 ** (power + 1);
  const digits = value >= 10 || value === 0 ? 0 : value >= 0.1 ? 1 : 2;
  return { value, unit: UNITS[power] ?? 'terabyte', digits };
}

function formatOf(unit: string, digits: number): Intl.NumberFormatOptions {
  return {
    ...{ style: 'unit', unit, unitDisplay: 'short' },
    ...{ maximumFractionDigits: digits, minimumFractionDigits: digits },
  };
}
