// Where the main window is, as the fragment of its address: a page, and what it shows of it, such as `#/history?q=app%3Acurl`. Pure.

export interface Route {
  /** Id of a page; empty for the first one. */
  readonly page: string;
  /** `q` is what stands in the search field; the rest belongs to the page. */
  readonly query: Readonly<Record<string, string>>;
}

const SHAPE = /^#\/([a-z-]*)(?:\?(.*))?$/s;

export function parseRoute(fragment: string): Route {
  const [, page = '', query = ''] = SHAPE.exec(fragment) ?? [];
  return { page, query: Object.fromEntries(new URLSearchParams(query)) };
}

/** What is empty is left out. */
export function writeRoute({ page, query }: Route): string {
  const parameters = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''));
  const text = parameters.toString();
  return text === '' ? `#/${page}` : `#/${page}?${text}`;
}
