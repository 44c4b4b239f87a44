// A flow: what was decided, its local end, whose it is, since when, and what it carried.
import { memo } from 'react';
import type { ReactNode } from 'react';
import { ActionMark } from '../action-mark.tsx';
import { useWords } from '../language/words.tsx';
import { Later } from '../later.tsx';
import type { NowModel } from './now-model.ts';
import type { NowFlow } from './now-parts.ts';
import { FirstCell, NowRowFrame } from './now-row.tsx';
import type { RowPlace } from './now-row.tsx';
import styles from './now-row.module.css';
import { RateCells } from './rate-cells.tsx';
import { useAmounts } from '../language/use-amounts.ts';

interface FlowRowProps extends RowPlace {
  readonly flow: NowFlow;
  readonly rowKey: string;
  readonly model: NowModel;
  readonly nowMs: number;
}

export const FlowRow = memo(function FlowRow(props: FlowRowProps): ReactNode {
  const { flow, rowKey, model, nowMs, ...place } = props;
  const words = useWords();
  const { bytes, time } = useAmounts();
  const { localPort, pid, uid, verdicts, isOpen, startedAtMs, carried, action } = flow;
  const facts = [
    ...(localPort === 0 ? [] : [words('now.flow.port', { port: localPort })]),
    words('now.flow.process', { pid, uid }),
    words(isOpen ? 'now.flow.since' : 'now.flow.at', { time: time(startedAtMs) }),
    ...(verdicts > 1 ? [words('now.flow.times', { count: verdicts })] : []),
  ];
  return (
    <NowRowFrame kind="flow" rowKey={rowKey} {...place}>
      <FirstCell>
        <ActionMark action={action} />
        <span className={styles['facts']}>{facts.join(' · ')}</span>
      </FirstCell>
      <Later>
        <RateCells model={model} rate={flow.rate} nowMs={nowMs} />
        <span className={styles['carried']} role="gridcell">
          {model.isCounted &&
            carried !== undefined &&
            words('now.flow.carried', { down: bytes(carried.bytesIn), up: bytes(carried.bytesOut) })}
        </span>
      </Later>
    </NowRowFrame>
  );
});
