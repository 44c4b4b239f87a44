// How large a rem is, for lists whose rows are measured in it: a person may have made the browser's text larger.
export function rootFontPx(): number {
  return parseFloat(getComputedStyle(document.documentElement).fontSize);
}
