// What flows carry, as lines.
import type { FlowTraffic, Traffic, TrafficReport } from '@sallyport/proto';
import { safeText, safeWord } from './safe-text.ts';
import { clockText } from './time.ts';
import type { Style } from './style.ts';
import { placeText } from './words.ts';

export interface TrafficView {
  readonly style: Style;
  readonly nowMs: number;
}

const UNITS = ['kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `812 B`, `1.5 kB`, `23 MB`: three digits say enough. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  let [value, unit] = [bytes / 1000, 0];
  // What would be rounded to 1000 is one of the next unit.
  while (value >= 999.5 && unit < UNITS.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${value < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${UNITS[unit]}`;
}

/** `out 1.5 kB, in 23 MB`. */
export function trafficText({ bytesOut, bytesIn }: Traffic): string {
  return `out ${bytesText(Number(bytesOut))}, in ${bytesText(Number(bytesIn))}`;
}

/** One line for each flow; one that says so where nothing is open. */
export function trafficLines({ flows }: TrafficReport, { style, nowMs }: TrafficView): string {
  const lines = flows.map((flow) => flowText(flow, style));
  const told = lines.length === 0 ? ['traffic: nothing is open'] : lines;
  return told.map((line) => `${clockText(nowMs)} ${line}`).join('\n');
}

function flowText(flow: FlowTraffic, style: Style): string {
  const app = safeWord(flow.path === '' ? flow.app : flow.path);
  const target = `${placeText(flow)} ${safeText(flow.protocol).toUpperCase()}`;
  const carried = flow.traffic === undefined ? '' : ` · ${trafficText(flow.traffic)}`;
  return `traffic ${app} ${target}${carried}${flow.ended ? style.dim(' · ended') : ''}`;
}
