// What the agent reports of itself, read when the page opens and again on demand. Health comes with every change anyway.
import { useEffect, useState } from 'react';
import type { Outcome } from '../../shared/desktop-api.ts';
import type { AgentReport } from '../../shared/report.ts';
import { useDesktop } from '../use-desktop.tsx';

export function useReport(): {
  readonly report: Outcome<AgentReport> | undefined;
  readonly readAgain: () => void;
} {
  const { api } = useDesktop();
  const [report, setReport] = useState<Outcome<AgentReport>>();
  const [reading, setReading] = useState(0);
  useEffect(() => {
    let isWanted = true;
    void api.getStatus().then((answer) => {
      if (isWanted) setReport(answer);
    });
    return () => void (isWanted = false);
  }, [api, reading]);
  const readAgain = (): void => {
    setReport(undefined);
    setReading(reading + 1);
  };
  return { report, readAgain };
}
