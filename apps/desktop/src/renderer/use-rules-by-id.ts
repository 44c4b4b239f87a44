// The rules by id, made once for each change of the rules, however many rows ask.
import { useMemo } from 'react';
import type { Rule } from '../shared/model.ts';
import { useDesktopPart } from './use-desktop.tsx';

export function useRulesById(): ReadonlyMap<string, Rule> {
  const rules = useDesktopPart((state) => state.rules);
  return useMemo(() => new Map(rules.map((rule) => [rule.id, rule])), [rules]);
}
