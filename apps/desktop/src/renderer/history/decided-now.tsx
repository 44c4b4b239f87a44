// What the rules would decide now about the same flow: the agent's own explanation, with the rules that were beaten.
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import type { Explanation, Outcome } from '../../shared/desktop-api.ts';
import type { Seen } from '../../shared/rule-for.ts';
import { safeText } from '../../shared/text-safety.ts';
import { errorText } from '../error-text.ts';
import { useWords } from '../language/words.tsx';
import { useDesktop, useDesktopPart } from '../use-desktop.tsx';
import styles from './decided-now.module.css';

interface DecidedNowProps {
  readonly seen: Seen;
  readonly uid: number;
}

export function DecidedNow({ seen, uid }: DecidedNowProps): ReactNode {
  const words = useWords();
  const { api } = useDesktop();
  const rules = useDesktopPart((state) => state.rules);
  const [outcome, setOutcome] = useState<Outcome<Explanation>>();
  const { app, direction, protocol, address, port } = seen;
  useEffect(() => {
    let isWanted = true;
    void api.explain({ app, direction, protocol, address, port, uid }).then((answer) => {
      if (isWanted) setOutcome(answer);
    });
    return () => void (isWanted = false);
    // A change of the rules may change the answer.
  }, [api, app, direction, protocol, address, port, uid, rules]);
  return (
    <div className={styles['now']} aria-live="polite" aria-busy={outcome === undefined}>
      <h3>{words('history.now')}</h3>
      {outcome === undefined && <p>{words('history.loading')}</p>}
      {outcome?.ok === false && <p>{errorText(words, outcome.error)}</p>}
      {outcome?.ok === true && <ExplanationText explanation={outcome.value} />}
    </div>
  );
}

function ExplanationText({ explanation }: { readonly explanation: Explanation }): ReactNode {
  const words = useWords();
  const { outcome, rule, beaten } = explanation;
  return (
    <>
      <p data-outcome={outcome}>
        {rule === undefined
          ? words(`history.now.${outcome}`)
          : words(`history.now.${outcome}-by`, { rule: safeText(rule.sentence) })}
      </p>
      {beaten.length > 0 && (
        <ul className={styles['beaten']} aria-label={words('history.beaten')}>
          {beaten.map(({ rule: loser, beatenBy }) => (
            <li key={loser.id}>
              {words('history.beaten-by', {
                rule: safeText(loser.sentence),
                why: beatenWhy(words, beatenBy),
              })}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

const WHYS = ['priority', 'specificity', 'deny before allow', 'id'] as const;
const WHY_IDS = {
  priority: 'history.beaten.priority',
  specificity: 'history.beaten.specificity',
  'deny before allow': 'history.beaten.deny',
  id: 'history.beaten.id',
} as const;

function beatenWhy(words: ReturnType<typeof useWords>, beatenBy: string): string {
  const why = WHYS.find((known) => known === beatenBy);
  return why === undefined ? safeText(beatenBy) : words(WHY_IDS[why]);
}
