// What is there for whoever wants to know more. The content is made when it is opened: it may be long.
import { useId, useState } from 'react';
import type { ReactNode } from 'react';
import styles from './disclosure.module.css';
import { Icon } from './icon.tsx';

interface DisclosureProps {
  readonly summary: ReactNode;
  /** Stands in the line of the summary, before it. */
  readonly beside?: ReactNode;
  readonly children: ReactNode;
  readonly isOpenAtFirst?: boolean;
}

export function Disclosure({ summary, beside, children, isOpenAtFirst = false }: DisclosureProps): ReactNode {
  const [isOpen, setIsOpen] = useState(isOpenAtFirst);
  const contentId = useId();
  return (
    <div className={styles['disclosure']}>
      <div className={styles['head']}>
        {beside}
        <button
          type="button"
          className={styles['summary']}
          aria-expanded={isOpen}
          aria-controls={isOpen ? contentId : undefined}
          onClick={() => setIsOpen(!isOpen)}
        >
          <Icon name={isOpen ? 'chevron-up' : 'chevron-down'} />
          <span>{summary}</span>
        </button>
      </div>
      {isOpen && (
        <div id={contentId} className={styles['content']}>
          {children}
        </div>
      )}
    </div>
  );
}
