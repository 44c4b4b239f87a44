// What was typed into the search of Now, as questions to Apps, endpoints and flows. Pure, and quick for a hundred thousand flows.
import { parseSearch } from '../../shared/search-terms.ts';
import type { SearchTerm } from '../../shared/search-terms.ts';
import { Users } from '../users.ts';
import type { NowEndpoint, NowFlow } from './now-parts.ts';

export const NOW_KEYS = ['app', 'address', 'port', 'action', 'protocol', 'direction', 'user'] as const;

export type NowKey = (typeof NOW_KEYS)[number];

export interface NowFinder {
  /** Nothing is asked for. */
  readonly isAll: boolean;
  readonly endpoint: (endpoint: NowEndpoint) => boolean;
  /** Undefined where every flow of such an endpoint is found. */
  readonly flow: ((flow: NowFlow) => boolean) | undefined;
}

const NOBODY = new Users([]);

type Field = Extract<SearchTerm<NowKey>, { readonly kind: 'field' }>;

/** `users` says who is called what; without them only numbers are users. */
export function nowFinder(text: string, users = NOBODY): NowFinder {
  const terms = parseSearch(text, NOW_KEYS);
  const endpointTests = terms.flatMap((term) => endpointTest(term) ?? []);
  const flowTests = terms.flatMap((term) => (term.kind === 'field' ? (flowTest(term, users) ?? []) : []));
  return {
    isAll: terms.length === 0,
    endpoint: (endpoint) => endpointTests.every((finds) => finds(endpoint)),
    flow: flowTests.length === 0 ? undefined : (flow) => flowTests.every((finds) => finds(flow)),
  };
}

function endpointTest(term: SearchTerm<NowKey>): NowFinder['endpoint'] | undefined {
  if (term.kind === 'word') return wordTest(term.text.toLowerCase());
  const value = term.value.toLowerCase();
  switch (term.key) {
    case 'app':
      return ({ app }) => app.haystack.includes(value);
    case 'address':
      return ({ address, name }) => address.includes(value) || name?.toLowerCase().includes(value) === true;
    case 'port':
      return ({ port }) => String(port) === value;
    case 'protocol':
      return ({ protocol }) => protocol === value;
    case 'direction':
      return ({ direction }) => direction === value;
    case 'action':
    case 'user':
      return undefined;
  }
}

function flowTest({ key, value }: Field, users: Users): NowFinder['flow'] {
  if (key === 'action') return ({ action }) => action === value.toLowerCase();
  if (key !== 'user') return undefined;
  const wanted = users.uidOf(value);
  return ({ uid }) => uid === wanted;
}

function wordTest(word: string): NowFinder['endpoint'] {
  return ({ app, address, name }) =>
    app.haystack.includes(word) || address.includes(word) || name?.toLowerCase().includes(word) === true;
}
