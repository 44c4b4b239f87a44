// The filter beside the list is a part of the search, so that one field says all that is looked for. Pure.
import { parseSearch, withField } from '../../shared/search-terms.ts';
import { RULE_SEARCH_KEYS } from './search.ts';

export const FILTERS = ['all', 'allow', 'deny', 'unused', 'off'] as const;
export type Filter = (typeof FILTERS)[number];

const FIELDS: Readonly<Record<Exclude<Filter, 'all'>, { readonly key: string; readonly value: string }>> = {
  allow: { key: 'action', value: 'allow' },
  deny: { key: 'action', value: 'deny' },
  unused: { key: 'is', value: 'unused' },
  off: { key: 'is', value: 'off' },
};

/** Undefined where the search says something that no filter says. */
export function filterOf(search: string): Filter | undefined {
  const fields = parseSearch(search, RULE_SEARCH_KEYS).flatMap((term) =>
    term.kind === 'field' && (term.key === 'action' || term.key === 'is') ? [term] : [],
  );
  const [field, ...others] = fields;
  if (field === undefined) return 'all';
  if (others.length > 0) return undefined;
  return FILTERS.find(
    (filter) => filter !== 'all' && FIELDS[filter].key === field.key && FIELDS[filter].value === field.value,
  );
}

export function withFilter(search: string, filter: Filter): string {
  const without = ['action', 'is'].reduce(
    (text, key) => withField(text, { key, value: undefined }, RULE_SEARCH_KEYS),
    search,
  );
  return filter === 'all' ? without : withField(without, FIELDS[filter], RULE_SEARCH_KEYS);
}
