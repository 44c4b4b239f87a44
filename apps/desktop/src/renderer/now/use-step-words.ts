// What the chart says in words: one step, and the ends of a span.
import { useMemo } from 'react';
import { useWords } from '../language/words.tsx';
import { STEP_MS } from './activity.ts';
import type { NowModel } from './now-model.ts';
import type { Span } from './now-view.ts';
import { useAmounts } from '../language/use-amounts.ts';

export interface StepWords {
  (step: number): string;
  readonly span: (span: Span) => { readonly from: string; readonly to: string };
}

export function useStepWords(model: NowModel): StepWords {
  const words = useWords();
  const { bytes, time } = useAmounts();
  return useMemo(() => {
    const point = (step: number): string => {
      const { activity, isCounted } = model;
      const values = {
        time: time(step * STEP_MS),
        flows: activity.at('flows', step),
        refusals: activity.at('refusals', step),
      };
      if (!isCounted) return words('now.chart.point', values);
      const [down, up] = [bytes(activity.at('bytesIn', step)), bytes(activity.at('bytesOut', step))];
      return words('now.chart.point-bytes', { ...values, down, up });
    };
    const span = ({ fromStep, toStep }: Span): ReturnType<StepWords['span']> => ({
      from: time(fromStep * STEP_MS),
      to: time((toStep + 1) * STEP_MS),
    });
    return Object.assign(point, { span });
  }, [bytes, model, time, words]);
}
