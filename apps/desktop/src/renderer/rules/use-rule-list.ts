// What the page lists: the rules that the search finds, sorted and grouped as the address says.
import { useDeferredValue, useMemo } from 'react';
import type { Rule } from '../../shared/model.ts';
import { parseSearch } from '../../shared/search-terms.ts';
import { useDesktopPart } from '../use-desktop.tsx';
import { useNowMs } from '../use-now.ts';
import { useRoute } from '../window/use-route.ts';
import { isSort, rowsOf, sorted } from './arrange.ts';
import type { Row, Sort } from './arrange.ts';
import { RULE_SEARCH_KEYS, ruleFinder } from './search.ts';
import type { Uses } from './search.ts';
import { Shadows } from './shadows.ts';
import { useRuleUses } from './use-rule-uses.ts';

export interface RuleList {
  readonly search: string;
  readonly sort: Sort;
  readonly isGrouped: boolean;
  readonly all: readonly Rule[];
  readonly found: readonly Rule[];
  readonly rows: readonly Row[];
  readonly uses: Uses | undefined;
  readonly shadows: Shadows;
  readonly nowMs: number;
}

const NO_USES: Uses = new Map();

export function useRuleList(): RuleList {
  const { query } = useRoute();
  const all = useDeferredValue(useDesktopPart((state) => state.rules));
  const uses = useRuleUses();
  const { q: search = '', sort: sortText } = query;
  const sort = isSort(sortText) ? sortText : 'app';
  const isGrouped = query['group'] !== 'no';
  // Counts change while one looks: only the sort by them follows.
  const sortUses = sort === 'used' ? (uses ?? NO_USES) : NO_USES;
  const inOrder = useMemo(() => sorted(all, sort, sortUses), [all, sort, sortUses]);
  const found = useMemo(() => {
    const terms = parseSearch(search, RULE_SEARCH_KEYS);
    return terms.length === 0 ? inOrder : inOrder.filter(ruleFinder(terms, uses ?? NO_USES));
  }, [inOrder, search, uses]);
  const rows = useMemo(() => rowsOf(found, isGrouped), [found, isGrouped]);
  const nowMs = useNowMs(30_000);
  const shadows = useMemo(() => new Shadows(all, nowMs), [all, nowMs]);
  return { search, sort, isGrouped, all, found, rows, uses, shadows, nowMs };
}
