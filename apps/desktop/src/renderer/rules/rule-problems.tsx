// Rule files that the agent refused, each with its place and why.
import type { ReactNode } from 'react';
import type { RuleProblem } from '../../shared/model.ts';
import { safeText } from '../../shared/text-safety.ts';
import { Icon } from '../design/icon.tsx';
import { useWords } from '../language/words.tsx';
import styles from './rule-problems.module.css';

export function RuleProblems({ problems }: { readonly problems: readonly RuleProblem[] }): ReactNode {
  const words = useWords();
  if (problems.length === 0) return null;
  const files = new Set(problems.map(({ file }) => file)).size;
  return (
    <section className={styles['problems']} aria-labelledby="rule-problems">
      <h2 id="rule-problems" className={styles['title']}>
        <Icon name="caution" />
        {words('rules.problems', { count: files })}
      </h2>
      <ul className={styles['list']}>
        {problems.map((problem) => (
          <li key={`${problem.file} ${problem.line ?? 0} ${problem.reason}`}>
            <code>
              {problem.line === undefined
                ? safeText(problem.file)
                : words('rules.problem.place', { file: safeText(problem.file), line: problem.line })}
            </code>{' '}
            {safeText(problem.reason)}{' '}
            <span className={styles['force']}>
              {words(problem.lastGoodVersionInForce ? 'rules.problem.last-good' : 'rules.problem.no-good')}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
