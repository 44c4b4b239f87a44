// The name of one program in the chain.
import type { ReactNode } from 'react';
import { fileName } from '../../shared/order-runner.ts';
import type { ChainLink } from '../../shared/prompt-view.ts';
import { shownText } from '../../shared/text-safety.ts';
import { ForeignText } from '../foreign-text.tsx';
import { Say, useWords } from '../language/words.tsx';

/** A shell is known by its script, which only the command line tells. */
export function LinkName({ link }: { readonly link: ChainLink }): ReactNode {
  const words = useWords();
  const interpreter = <ForeignText text={link.name} />;
  if (link.orders?.kind === 'script') {
    const script = shownText(fileName(link.orders.script), 60);
    return (
      <span title={words('who.claimed')}>
        <Say id="chain.script" values={{ script: <ForeignText text={script} isClaimed />, interpreter }} />
      </span>
    );
  }
  return link.name.parts.length === 0 ? words('chain.unknown') : interpreter;
}
