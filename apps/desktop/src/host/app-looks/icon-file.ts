// The bytes of an icon, looked at before a page gets them: a picture of a kind that browsers show, small in the end as well. What it is
// shown as decides, not its name.
import type { PageFile } from '../page-files.ts';
import type { SmallFile } from '../small-file.ts';

export const MOST_ICON_BYTES = 256 * 1024;
const MOST_PIXELS = 1024;
const PNG = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** Type `IHDR` after the length, then width and height. */
const PNG_HEADER_BYTES = 24;

export function iconOf({ content, isSystems }: SmallFile): PageFile | undefined {
  if (content.subarray(0, PNG.length).equals(PNG))
    return isSmallPng(content) ? { contentType: 'image/png', content } : undefined;
  return isHarmlessSvg(content.toString(), isSystems)
    ? { contentType: 'image/svg+xml; charset=utf-8', content }
    : undefined;
}

function isSmallPng(content: Buffer): boolean {
  if (content.length < PNG_HEADER_BYTES || content.toString('latin1', 12, 16) !== 'IHDR') return false;
  const [width, height] = [content.readUInt32BE(16), content.readUInt32BE(20)];
  return width > 0 && height > 0 && width <= MOST_PIXELS && height <= MOST_PIXELS;
}

/** A picture in `<img>` runs nothing and loads nothing. What is left is what it costs to draw. */
function isHarmlessSvg(text: string, isSystems: boolean): boolean {
  if (!beginsAsSvg(text) || HIDES.test(text) || /<!ENTITY/i.test(text)) return false;
  return isSystems || !COSTLY.test(text);
}

/** What may stand before the picture itself, each with what ends it. */
const PREAMBLE = [
  ['<?xml', '?>'],
  ['<!--', '-->'],
  ['<!DOCTYPE', '>'],
] as const;

/** A look at each character once: a pattern for all of it would go back and forth in bytes that are made for that. */
function beginsAsSvg(text: string): boolean {
  let at = 0;
  for (;;) {
    at = afterSpace(text, at);
    const [, end] = PREAMBLE.find(([begin]) => text.startsWith(begin, at)) ?? [];
    if (end === undefined) return /^<(?:svg:)?svg[\s>/]/.test(text.slice(at, at + 10));
    const endAt = text.indexOf(end, at);
    if (endAt < 0) return false;
    at = endAt + end.length;
  }
}

function afterSpace(text: string, from: number): number {
  let at = from;
  while (/^[\s\ufeff]$/.test(text.charAt(at))) at += 1;
  return at;
}

/** With these, and an encoding of its own, a browser could read another text than we do. */
const HIDES = /[\0-\x08\x0b\x0c\x0e-\x1f]/;
/** Few bytes of these can hold up a page for minutes; who is not root could mean to. */
const COSTLY =
  /<(?:\w+:)?(?:filter|use|pattern|mask|image|marker|animate\w*|set|style|script|foreignObject|text|a)[\s/>]|&#/i;
