// The results of a bench run as a picture: bars with their figures, as SVG that is legible on light and dark pages.

export interface Bar {
  readonly name: string;
  readonly value: number;
  /** The figure as a person reads it. */
  readonly label: string;
  readonly isOurs: boolean;
}

export interface Panel {
  readonly title: string;
  readonly bars: readonly Bar[];
}

const WIDTH = 760;
const MARGIN = 16;
const NAMES = 150;
const LABELS = 110;
const TITLE = 34;
const ROW = 24;
const BAR = 14;
const GAP = 18;

export function chart(panels: readonly Panel[], caption: string): string {
  let top = MARGIN;
  const drawn = panels.map((panel) => {
    const text = panelAt(panel, top);
    top += TITLE + panel.bars.length * ROW + GAP;
    return text;
  });
  const height = top + MARGIN;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">
<title>${escaped(caption)}</title>
<style>
  text { font: 13px system-ui, sans-serif; fill: #1d2733 }
  .title { font-weight: 600 }
  .caption { font-size: 11px; fill: #5a6675 }
  .bar { fill: #9aa7b5 }
  .ours { fill: #2f6fde }
</style>
<rect width="${WIDTH}" height="${height}" rx="8" fill="#ffffff"/>
${drawn.join('\n')}
<text class="caption" x="${MARGIN}" y="${height - MARGIN}">${escaped(caption)}</text>
</svg>
`;
}

function panelAt({ title, bars }: Panel, top: number): string {
  const most = Math.max(...bars.map(({ value }) => value));
  const rows = bars.map((bar, index) => rowAt(bar, top + TITLE + index * ROW, bar.value / most));
  return [`<text class="title" x="${MARGIN}" y="${top + 16}">${escaped(title)}</text>`, ...rows].join('\n');
}

function rowAt({ name, label, isOurs }: Bar, top: number, share: number): string {
  const width = Math.max(1, share * (WIDTH - 2 * MARGIN - NAMES - LABELS));
  const left = MARGIN + NAMES;
  const baseline = top + BAR - 3;
  return [
    `<text x="${left - 10}" y="${baseline}" text-anchor="end">${escaped(name)}</text>`,
    `<rect class="${isOurs ? 'bar ours' : 'bar'}" x="${left}" y="${top}" width="${width.toFixed(1)}" height="${BAR}" rx="2"/>`,
    `<text x="${(left + width + 8).toFixed(1)}" y="${baseline}">${escaped(label)}</text>`,
  ].join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
