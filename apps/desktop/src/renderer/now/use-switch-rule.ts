// Allow or deny from a row of Now: a rule for the App, or for one of its endpoints, told and taken back with one click. Where such a
// rule is there already, it is changed and no second one is made.
import { useCallback } from 'react';
import type { Action, Rule, RuleMatcher } from '../../shared/model.ts';
import { ruleFor } from '../../shared/rule-for.ts';
import type { Answer, Seen } from '../../shared/rule-for.ts';
import { useRuleToast } from '../rule-from/use-rule-toast.ts';
import { useWords } from '../language/words.tsx';
import { useChoose, usePreferences } from '../preferences.tsx';
import { useDesktop } from '../use-desktop.tsx';
import { useShowError } from '../show-toast.ts';
import type { NowEndpoint } from './now-parts.ts';

export type SwitchRule = (endpoint: NowEndpoint, scope: Answer['scope'], action: Action) => Promise<void>;

export function useSwitchRule(): SwitchRule {
  const { api, store } = useDesktop();
  const toastRule = useRuleToast();
  const showError = useShowError();
  const words = useWords();
  const { knowsCuts } = usePreferences();
  const choose = useChoose();
  return useCallback(
    async (endpoint, scope, action) => {
      const draft = ruleFor(seenOf(endpoint), { action, scope, lifetime: { kind: 'always' } }, Date.now());
      if (draft === undefined) return;
      const before = store.state().rules.find((rule) => isSuch(rule, draft.matcher));
      const outcome = await api.putRule(
        before === undefined ? draft : { ...draft, id: before.id, note: before.note },
      );
      if (!outcome.ok) return showError(outcome.error);
      const isFirst = action === 'deny' && !knowsCuts;
      toastRule(outcome.value, action, { before, note: isFirst ? words('now.deny.cuts') : undefined });
      if (isFirst) choose({ knowsCuts: true });
    },
    [api, choose, knowsCuts, showError, store, toastRule, words],
  );
}

function seenOf({ app, direction, protocol, address, port }: NowEndpoint): Seen {
  return { app: app.id, direction, protocol, address, port };
}

/** What this page writes has the usual priority and lasts. */
function isSuch({ matcher, priority, lifetime }: Rule, wanted: Partial<RuleMatcher>): boolean {
  return priority === 0 && lifetime.kind === 'always' && textOf(matcher) === textOf(wanted);
}

function textOf({ app, uid, direction, protocols, addresses, ports }: Partial<RuleMatcher>): string {
  return JSON.stringify([
    app,
    uid,
    direction,
    protocols,
    addresses,
    ports?.map(({ from, to }) => [from, to]),
  ]);
}
