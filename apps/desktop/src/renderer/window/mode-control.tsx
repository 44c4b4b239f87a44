// Whether the firewall filters, and a pause that ends by itself.
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import type { ModeChange } from '../../shared/desktop-api.ts';
import { mayAnswer } from '../../shared/reduce.ts';
import type { Mode } from '../../shared/report.ts';
import { Button } from '../design/button.tsx';
import { classNames } from '../design/class-names.ts';
import { Icon } from '../design/icon.tsx';
import { MenuButton } from '../design/menu-button.tsx';
import { useWords } from '../language/words.tsx';
import { useDesktop, useDesktopPart } from '../use-desktop.tsx';
import styles from './mode-control.module.css';
import { useShowError } from '../show-toast.ts';

const PAUSE_MINUTES = [5, 15, 60];

export function ModeControl(): ReactNode {
  const words = useWords();
  const { api } = useDesktop();
  const showError = useShowError();
  const mode = useDesktopPart((state) => state.mode);
  const isAllowed = useDesktopPart(mayAnswer);
  if (mode === undefined) return null;
  const change = async (wanted: ModeChange): Promise<void> => {
    const outcome = await api.setMode(wanted);
    if (!outcome.ok) showError(outcome.error);
  };
  return (
    <div className={styles['control']}>
      <ModeWords mode={mode} />
      {isAllowed && mode.kind === 'paused' && (
        <Button kind="primary" onClick={() => void change({ kind: 'filter' })}>
          {words('main.resume')}
        </Button>
      )}
      {isAllowed && mode.kind === 'filtering' && (
        <MenuButton
          label={words('main.pause')}
          icon="pause"
          actions={PAUSE_MINUTES.map((minutes) => ({
            key: String(minutes),
            label: words('main.pause-for', { minutes }),
            run: () => void change({ kind: 'pause', pauseMs: minutes * 60_000 }),
          }))}
        />
      )}
    </div>
  );
}

function ModeWords({ mode }: { readonly mode: Mode }): ReactNode {
  const words = useWords();
  const intl = useIntl();
  const isPaused = mode.kind === 'paused';
  return (
    <p
      className={classNames(styles['mode'], isPaused && styles['paused'])}
      role="status"
      data-mode={mode.kind}
    >
      <Icon name={isPaused ? 'gate-open' : 'gate-closed'} />
      {isPaused
        ? words('main.mode.paused', { time: intl.formatTime(mode.untilMs) })
        : words(`main.mode.${mode.unknownFlows}`)}
    </p>
  );
}
