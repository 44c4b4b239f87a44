// History as files for other programs: CSV for spreadsheets, JSON for scripts. Pure. Names and command lines were chosen by programs,
// so no cell of the CSV can be a formula, and nothing in it is invisible.
import type { HistoryEntry } from '../../shared/report.ts';
import { safeText } from '../../shared/text-safety.ts';

const COLUMNS: readonly (readonly [string, (entry: HistoryEntry) => string | number | undefined])[] = [
  ['time', ({ atMs }) => new Date(atMs).toISOString()],
  ['action', ({ action }) => action],
  ['reason', ({ reason }) => reason],
  ['app', ({ app }) => app],
  ['path', ({ path }) => path],
  ['pid', ({ pid, app }) => (app === undefined ? undefined : pid)],
  ['uid', ({ uid, app }) => (app === undefined ? undefined : uid)],
  ['protocol', ({ protocol }) => protocol],
  ['direction', ({ direction }) => direction],
  ['address', ({ address }) => address],
  ['port', ({ port }) => port],
  ['name', ({ name }) => name],
  ['local_address', ({ localAddress }) => localAddress],
  ['local_port', ({ localPort }) => localPort],
  ['bytes_in', ({ carried }) => carried?.bytesIn],
  ['bytes_out', ({ carried }) => carried?.bytesOut],
  ['packets_in', ({ carried }) => carried?.packetsIn],
  ['packets_out', ({ carried }) => carried?.packetsOut],
  ['alike', ({ alike }) => alike],
  ['held_ms', ({ heldUs }) => heldUs / 1000],
  ['command_line', ({ commandLine }) => commandLine.join(' ')],
];

/** RFC 4180, with a mark at the beginning that tells spreadsheets that it is UTF-8. */
export function csvOf(entries: readonly HistoryEntry[]): string {
  const head = COLUMNS.map(([title]) => title).join(',');
  const lines = entries.map((entry) => COLUMNS.map(([, cell]) => csvCell(cell(entry))).join(','));
  return `\ufeff${[head, ...lines].join('\r\n')}\r\n`;
}

export function jsonOf(entries: readonly HistoryEntry[]): string {
  return `${JSON.stringify(entries.map(withoutMarks), undefined, 2)}\n`;
}

/** What only windows need is left out: JSON has no undefined. */
function withoutMarks(entry: HistoryEntry): object {
  return { ...entry, commandLineCut: undefined };
}

/** Spreadsheets take these for the beginning of a formula, some after spaces, and some in full width. */
const FORMULA = /^\s*[=+\-@＝＋－＠|%]/;

function csvCell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = safeText(value);
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",;'\s]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
