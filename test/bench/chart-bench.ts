// `bench chart`: measures what is compared with others, and writes the figures and their picture into docs/.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chart } from './chart.ts';
import type { Bar, Panel } from './chart.ts';
import { benchConnect } from './connect-bench.ts';
import type { ModeFigures } from './connect-report.ts';
import { datagrams } from './datagrams.ts';
import { machine, machineLine } from './machine.ts';
import type { ModeName } from './modes/mode.ts';
import type { BenchOptions } from './options.ts';
import { benchRate } from './rate-bench.ts';
import type { Report } from './report.ts';
import { throughput } from './throughput.ts';

const FIGURES = new URL('../../docs/performance.json', import.meta.url);
const PICTURE = new URL('../../docs/performance.svg', import.meta.url);

/** Those of the same way of connecting, from the quickest to the slowest. */
const CONNECT_MODES: readonly ModeName[] = ['none', 'hooks', 'known', 'nfqueue-c', 'rule', 'opensnitch'];
const OURS: readonly string[] = ['known', 'rule', 'udp-known'];

export async function benchChart(options: BenchOptions, signal: AbortSignal): Promise<Report> {
  const connect = await benchConnect(options, signal);
  const datagram = await benchRate(datagrams, options, signal);
  const carried = await benchRate(throughput, options, signal);
  const parts = { connect, datagrams: datagram, throughput: carried };
  const document = Object.fromEntries(Object.entries(parts).map(([name, report]) => [name, report.document]));
  writeFileSync(FIGURES, `${JSON.stringify(document, undefined, 2)}\n`);
  writeFileSync(
    PICTURE,
    chart(
      [
        ...connectPanels(connect),
        ratePanel(datagram, 'datagrams a second of one socket'),
        ratePanel(carried, 'Gbit/s of one established connection'),
      ],
      caption(),
    ),
  );
  const reports = Object.values(parts);
  return {
    document,
    lines: [...reports.flatMap(({ lines }) => lines), `wrote ${fileURLToPath(PICTURE)}`],
    floors: reports.flatMap(({ floors }) => floors),
  };
}

function caption(): string {
  return `npm run bench -- chart. ${machineLine(machine())}`;
}

function connectPanels({ document }: Report): readonly Panel[] {
  const modes = document['modes'] as Readonly<Record<ModeName, ModeFigures | undefined>>;
  const bars = (label: (figures: ModeFigures) => readonly [number, string]): readonly Bar[] =>
    CONNECT_MODES.flatMap((name) => {
      const figures = modes[name];
      if (figures === undefined) return [];
      const [value, text] = label(figures);
      return [{ name, value, label: text, isOurs: OURS.includes(name) }];
    });
  return [
    { title: 'connect(): median, in microseconds', bars: bars(({ p50Us }) => [p50Us, `${p50Us} us`]) },
    { title: 'connects a second', bars: bars(({ perSecond }) => [perSecond, String(perSecond)]) },
  ];
}

function ratePanel({ document }: Report, title: string): Panel {
  const modes = document['modes'] as Readonly<Record<string, { readonly perSecond: number }>>;
  return {
    title,
    bars: Object.entries(modes).map(([name, { perSecond }]) => ({
      name,
      value: perSecond,
      label: String(perSecond),
      isOurs: OURS.includes(name),
    })),
  };
}
