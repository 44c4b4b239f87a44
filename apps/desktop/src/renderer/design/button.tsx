// Button and IconButton. Allow and deny are a shape, a word and a colour, in this order.
import type { ComponentProps, ReactNode } from 'react';
import styles from './button.module.css';
import { classNames } from './class-names.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icon.tsx';
import { Tooltip } from './tooltip.tsx';

export type ButtonKind = 'plain' | 'primary' | 'quiet' | 'allow' | 'deny';

interface ButtonProps extends Omit<ComponentProps<'button'>, 'type' | 'className'> {
  readonly kind?: ButtonKind;
  readonly size?: 'medium' | 'large';
  readonly icon?: IconName | undefined;
}

export function Button({ kind = 'plain', size = 'medium', icon, children, ...rest }: ButtonProps): ReactNode {
  return (
    <button type="button" className={classNames(styles['button'], styles[kind], styles[size])} {...rest}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'type' | 'className' | 'children'> {
  /** Its name, spoken and shown on hover. */
  readonly label: string;
  readonly icon: IconName;
  /** Off where a tooltip would come by itself, such as for what has the focus in a new dialog. */
  readonly hasTooltip?: boolean;
}

export function IconButton({ label, icon, hasTooltip = true, ...rest }: IconButtonProps): ReactNode {
  const button = (
    <button type="button" className={styles['iconButton']} aria-label={label} {...rest}>
      <Icon name={icon} />
    </button>
  );
  return hasTooltip ? <Tooltip text={label}>{button}</Tooltip> : button;
}
