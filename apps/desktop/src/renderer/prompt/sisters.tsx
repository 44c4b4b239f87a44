// The App's other waiting flows, answerable together, and those on which their program gave up.
import type { ReactNode } from 'react';
import type { Target } from '../../shared/prompt-view.ts';
import { Disclosure } from '../design/disclosure.tsx';
import { ForeignText } from '../foreign-text.tsx';
import { useWords } from '../language/words.tsx';
import type { CardModel } from './card-model.ts';
import styles from './sisters.module.css';

interface SistersProps {
  readonly model: CardModel;
  readonly onChooseAlong: (flowIds: ReadonlySet<string>) => void;
}

export function Sisters({ model, onChooseAlong }: SistersProps): ReactNode {
  const words = useWords();
  const { sisters } = model.view;
  const answered = new Set(model.answeredIds);
  const ids = sisters.map((sister) => sister.flowId);
  const choose = (changed: readonly string[], isOn: boolean): void => {
    const others = [...answered].filter((id) => !changed.includes(id));
    onChooseAlong(new Set(isOn ? [...others, ...changed] : others));
  };
  if (sisters.length === 0) return <GaveUp targets={model.gaveUp} />;
  return (
    <div className={styles['sisters']}>
      <Disclosure
        beside={
          <label className={styles['all']}>
            <input
              type="checkbox"
              checked={ids.every((id) => answered.has(id))}
              disabled={ids.every((id) => model.coveredIds.has(id))}
              onChange={(event) => choose(ids, event.currentTarget.checked)}
            />
            {words('sisters.all', { count: sisters.length + 1 })}
          </label>
        }
        summary={words('sisters.summary', { count: sisters.length, first: sisters[0]?.socketAddress ?? '' })}
      >
        <ul className={styles['list']} aria-label={words('sisters.list')}>
          {sisters.map((sister) => (
            <li key={sister.flowId}>
              <label className={styles['sister']}>
                <input
                  type="checkbox"
                  checked={answered.has(sister.flowId)}
                  disabled={model.coveredIds.has(sister.flowId)}
                  onChange={(event) => choose([sister.flowId], event.currentTarget.checked)}
                />
                <SisterName target={sister} />
              </label>
            </li>
          ))}
        </ul>
      </Disclosure>
      <GaveUp targets={model.gaveUp} />
    </div>
  );
}

function SisterName({ target }: { readonly target: Target }): ReactNode {
  return (
    <span>
      {target.socketAddress}{' '}
      {target.name !== undefined && (
        <span className={styles['quiet']}>
          <ForeignText text={target.name.text} />
        </span>
      )}
    </span>
  );
}

const GONE_SHOWN = 3;

function GaveUp({ targets }: { readonly targets: readonly Target[] }): ReactNode {
  const words = useWords();
  if (targets.length === 0) return null;
  return (
    <ul className={styles['gaveUp']}>
      {targets.slice(-GONE_SHOWN).map((target) => (
        <li key={target.flowId}>{words('sisters.gave-up', { target: target.socketAddress })}</li>
      ))}
    </ul>
  );
}
