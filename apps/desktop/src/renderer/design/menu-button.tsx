// A button that unfolds a few actions below it. Esc, a click elsewhere, and leaving with Tab fold it again.
import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { Button } from './button.tsx';
import type { ButtonKind } from './button.tsx';
import type { IconName } from './icon.tsx';
import styles from './menu-button.module.css';

export interface MenuAction {
  readonly key: string;
  readonly label: string;
  readonly run: () => void;
}

interface MenuButtonProps {
  readonly label: string;
  readonly icon?: IconName;
  readonly kind?: ButtonKind;
  readonly isDisabled?: boolean;
  readonly actions: readonly MenuAction[];
}

export function MenuButton({ label, icon, kind = 'plain', isDisabled, actions }: MenuButtonProps): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  const whole = useRef<HTMLDivElement>(null);
  const listId = useId();
  useEffect(() => {
    if (!isOpen) return;
    const close = ({ target }: Event): void => {
      if (target instanceof Node && whole.current?.contains(target) !== true) setIsOpen(false);
    };
    addEventListener('pointerdown', close);
    addEventListener('focusin', close);
    return () => {
      removeEventListener('pointerdown', close);
      removeEventListener('focusin', close);
    };
  }, [isOpen]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && isOpen) {
      setIsOpen(false);
      whole.current?.querySelector('button')?.focus();
      event.stopPropagation();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setIsOpen(true);
      moveFocus(whole.current, event.key === 'ArrowDown' ? 1 : -1);
    }
  };
  return (
    <div ref={whole} className={styles['whole']} onKeyDown={onKeyDown}>
      <Button
        kind={kind}
        icon={icon}
        disabled={isDisabled}
        aria-expanded={isOpen}
        aria-controls={isOpen ? listId : undefined}
        onClick={() => setIsOpen(!isOpen)}
      >
        {label}
        <span className={styles['fold']} aria-hidden="true" />
      </Button>
      {isOpen && (
        <ul id={listId} className={styles['list']}>
          {actions.map(({ key, label: text, run }) => (
            <li key={key}>
              <button
                type="button"
                className={styles['action']}
                onClick={() => {
                  setIsOpen(false);
                  run();
                }}
              >
                {text}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** From the button into its actions, and round them. */
function moveFocus(whole: HTMLElement | null, by: 1 | -1): void {
  const buttons = [...(whole?.querySelectorAll('button') ?? [])];
  const at = buttons.findIndex((button) => button === document.activeElement);
  buttons[(at + by + buttons.length) % buttons.length]?.focus();
}
