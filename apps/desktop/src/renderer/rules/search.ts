// Which rules a search finds: words anywhere in a rule, and fields by the words of rule files. Pure, and quick for fifty thousand.
import type { Rule, RuleUse } from '../../shared/model.ts';
import type { SearchTerm } from '../../shared/search-terms.ts';
import { ALL_CONDITIONS } from './conditions.ts';

export const RULE_SEARCH_KEYS = ['action', 'is', 'id', 'note', ...ALL_CONDITIONS.map(({ word }) => word)];

export type Uses = ReadonlyMap<string, RuleUse>;

type Finder = (rule: Rule) => boolean;

/** What the search asks of a rule. Whatever does not depend on the rule is done once. */
export function ruleFinder(terms: readonly SearchTerm[], uses: Uses): Finder {
  const finders = terms.map((term) =>
    term.kind === 'word' ? wordFinder(term.text) : fieldFinder(term, uses),
  );
  return (rule) => finders.every((finds) => finds(rule));
}

function wordFinder(word: string): Finder {
  const text = word.toLowerCase();
  return (rule) => haystackOf(rule).includes(text);
}

function fieldFinder(term: SearchTerm & { readonly kind: 'field' }, uses: Uses): Finder {
  const text = term.value.toLowerCase();
  switch (term.key) {
    case 'action':
      return ({ action }) => action.startsWith(text);
    case 'is':
      return (rule) => stateFinds(rule, text, uses);
    case 'id':
      return ({ id }) => id.includes(text);
    case 'note':
      return ({ note }) => note.toLowerCase().includes(text);
    default:
      return conditionFinder(term.key, text);
  }
}

function stateFinds(rule: Rule, text: string, uses: Uses): boolean {
  if (text === 'off') return !rule.enabled;
  if (text === 'on') return rule.enabled;
  return text === 'unused' && !uses.has(rule.id);
}

function conditionFinder(word: string, text: string): Finder {
  const condition = ALL_CONDITIONS.find((candidate) => candidate.word === word);
  if (condition === undefined) return () => false;
  const { write, finder } = condition;
  const finds = finder?.(text) ?? ((matcher: Rule['matcher']) => write(matcher).toLowerCase().includes(text));
  return ({ matcher }) => finds(matcher);
}

const haystacks = new WeakMap<Rule, string>();

function haystackOf(rule: Rule): string {
  const known = haystacks.get(rule);
  if (known !== undefined) return known;
  const texts = [
    rule.id,
    rule.note,
    rule.sentence,
    ...ALL_CONDITIONS.map(({ write }) => write(rule.matcher)),
  ];
  const haystack = texts.join('\n').toLowerCase();
  haystacks.set(rule, haystack);
  return haystack;
}
