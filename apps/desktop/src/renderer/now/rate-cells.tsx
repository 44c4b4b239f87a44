// Up and down rates of a row; absent as a whole where the agent does not count, and a dash where nothing moves.
import type { ReactNode } from 'react';
import type { NowModel } from './now-model.ts';
import { NumberCell } from './now-row.tsx';
import styles from './now-row.module.css';
import type { Rate } from './now-parts.ts';
import { useAmounts } from '../language/use-amounts.ts';

interface RateCellsProps {
  readonly model: NowModel;
  readonly rate: Rate;
  readonly nowMs: number;
}

export function RateCells({ model, rate, nowMs }: RateCellsProps): ReactNode {
  const { rate: written } = useAmounts();
  if (!model.isCounted) return null;
  const { bytesIn, bytesOut } = model.rateOf(rate, nowMs);
  return (
    <>
      {[bytesIn, bytesOut].map((bytes, index) => (
        <NumberCell key={index}>
          {bytes === 0 ? <span className={styles['still']}>–</span> : written(bytes)}
        </NumberCell>
      ))}
    </>
  );
}
