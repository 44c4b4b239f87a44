// Colour and weight, as an echo of what the words already say. Off everywhere but on a terminal.

export type Paint = (text: string) => string;

export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly caution: Paint;
  readonly accent: Paint;
}

const plain: Paint = (text) => text;

export const PLAIN_STYLE: Style = {
  bold: plain,
  dim: plain,
  good: plain,
  bad: plain,
  caution: plain,
  accent: plain,
};

const sgr =
  (on: number, off: number): Paint =>
  (text) =>
    text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`;

/** The terminal's own sixteen colours: they follow the person's theme. */
export const COLOUR_STYLE: Style = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  good: sgr(32, 39),
  bad: sgr(31, 39),
  caution: sgr(33, 39),
  accent: sgr(36, 39),
};

export interface ColourWish {
  readonly isTerminal: boolean;
  readonly noColorOption: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Colour only on a terminal that can show it, and never against `--no-color` or a non-empty NO_COLOR (no-color.org). */
export function chooseStyle(wish: ColourWish): Style {
  const refused = (wish.environment['NO_COLOR'] ?? '') !== '' || wish.environment['TERM'] === 'dumb';
  return wish.isTerminal && !wish.noColorOption && !refused ? COLOUR_STYLE : PLAIN_STYLE;
}
