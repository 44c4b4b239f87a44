// From the rules of the agent to the rows of the page: sorted, and grouped by App where that is wanted. Pure.
import type { Rule } from '../../shared/model.ts';
import { compareRanks, rankOf } from './order.ts';
import type { Uses } from './search.ts';

export const SORTS = ['app', 'newest', 'used', 'order'] as const;
export type Sort = (typeof SORTS)[number];

export type Row =
  | { readonly kind: 'rule'; readonly key: string; readonly rule: Rule }
  | {
      readonly kind: 'group';
      readonly key: string;
      readonly app: string | undefined;
      readonly count: number;
    };

export function isSort(text: string | undefined): text is Sort {
  return (SORTS as readonly (string | undefined)[]).includes(text);
}

export function sorted(rules: readonly Rule[], sort: Sort, uses: Uses): readonly Rule[] {
  if (sort === 'order') {
    const ranks = rules.map(rankOf).sort(compareRanks);
    return ranks.map(({ rule }) => rule);
  }
  return [...rules].sort(COMPARE[sort](uses));
}

const COMPARE: Readonly<Record<Exclude<Sort, 'order'>, (uses: Uses) => (left: Rule, right: Rule) => number>> =
  {
    app: () => byApp,
    newest: () => (left, right) => right.createdAtMs - left.createdAtMs || byApp(left, right),
    used: (uses) => (left, right) => lastUse(uses, right) - lastUse(uses, left) || byApp(left, right),
  };

function lastUse(uses: Uses, { id }: Rule): number {
  return uses.get(id)?.lastAtMs ?? 0;
}

const appKeys = new WeakMap<Rule, string>();

/** Without regard to the language: collation of fifty thousand names would hold up typing. */
function byApp(left: Rule, right: Rule): number {
  const [one, other] = [appKey(left), appKey(right)];
  return one < other ? -1 : one > other ? 1 : 0;
}

function appKey(rule: Rule): string {
  const known = appKeys.get(rule);
  if (known !== undefined) return known;
  const { app = '' } = rule.matcher;
  const key = `${app.slice(app.lastIndexOf('/') + 1).toLowerCase()} ${app} ${rule.id}`;
  appKeys.set(rule, key);
  return key;
}

/** One row for each rule, below one for its App where they are grouped. Groups stand where their first rule stands. */
export function rowsOf(rules: readonly Rule[], isGrouped: boolean): readonly Row[] {
  if (!isGrouped) return rules.map(ruleRow);
  const groups = Map.groupBy(rules, ({ matcher }) => matcher.app);
  return [...groups].flatMap(([app, members]): readonly Row[] => [
    { kind: 'group', key: `app ${app ?? ''}`, app, count: members.length },
    ...members.map(ruleRow),
  ]);
}

function ruleRow(rule: Rule): Row {
  return { kind: 'rule', key: `rule ${rule.id}`, rule };
}
