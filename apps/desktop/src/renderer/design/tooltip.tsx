// A short word about a control, on hover and on focus. Nothing stands here alone: touch and print have no tooltip.
import * as Radix from '@radix-ui/react-tooltip';
import type { ReactElement, ReactNode } from 'react';
import styles from './tooltip.module.css';

interface TooltipProps {
  readonly text: string;
  /** The key that does the same. */
  readonly keyName?: string | undefined;
  readonly children: ReactElement;
}

export function Tooltip({ text, keyName, children }: TooltipProps): ReactNode {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className={styles['tooltip']} sideOffset={6} collisionPadding={8}>
          {text}
          {keyName !== undefined && <kbd className={styles['key']}>{keyName}</kbd>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Once around a page: the second tooltip comes without a wait. */
export function TooltipProvider({ children }: { readonly children: ReactNode }): ReactNode {
  return <Radix.Provider delayDuration={500}>{children}</Radix.Provider>;
}
