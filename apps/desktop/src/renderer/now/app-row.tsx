// An App of Now: what it carries, how many endpoints it has, and whether its new connections pass.
import { memo } from 'react';
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import { mayAnswer } from '../../shared/reduce.ts';
import { plainText } from '../../shared/text-safety.ts';
import { AppTile } from '../app-tile.tsx';
import { appName } from '../app-words.ts';
import { Icon } from '../design/icon.tsx';
import { ForeignText } from '../foreign-text.tsx';
import { useWords } from '../language/words.tsx';
import { MenuName } from '../menu-name.tsx';
import { useDesktopPart } from '../use-desktop.tsx';
import { ActionSwitch } from './action-switch.tsx';
import { offeredActions } from './offered-actions.ts';
import { Later } from '../later.tsx';
import type { NowModel } from './now-model.ts';
import { FirstCell, NowRowFrame, NumberCell } from './now-row.tsx';
import type { RowPlace } from './now-row.tsx';
import styles from './now-row.module.css';
import { wholeWindow } from './now-view.ts';
import type { ShownApp, Span } from './now-view.ts';
import { RateCells } from './rate-cells.tsx';
import { Sparkline } from './sparkline.tsx';
import { useDecidedOfApp } from './use-decisions.tsx';
import { useSwitchRule } from './use-switch-rule.ts';

interface AppRowProps extends RowPlace {
  readonly shown: ShownApp;
  readonly isOpen: boolean;
  readonly model: NowModel;
  readonly nowMs: number;
  readonly span: Span | undefined;
}

export const AppRow = memo(function AppRow(props: AppRowProps): ReactNode {
  const { shown, isOpen, model, nowMs, span, ...place } = props;
  const words = useWords();
  const intl = useIntl();
  const { app, endpointCount } = shown;
  const name = appName(app.id);
  const { fromStep, toStep } = span ?? wholeWindow(nowMs);
  const refusals = app.activity.sum('refusals', fromStep, toStep);
  return (
    <NowRowFrame kind="app" rowKey={app.id} isOpen={isOpen} {...place}>
      <FirstCell isOpen={isOpen}>
        <AppTile app={app.id} name={name} size="line" />
        <strong className={styles['name']}>
          {name === undefined ? words('now.no-program') : <ForeignText text={name} />}
        </strong>
        <MenuName app={app.id} fileName={name} />
        {refusals > 0 && (
          <span className={styles['refused']}>
            <Icon name="deny" />
            {words('now.refused', { count: refusals })}
          </span>
        )}
      </FirstCell>
      <Later>
        <span className={styles['spark']} role="gridcell">
          <Sparkline activity={app.activity} isCounted={model.isCounted} nowMs={nowMs} />
        </span>
        <RateCells model={model} rate={app.rate} nowMs={nowMs} />
        <NumberCell>{intl.formatNumber(endpointCount)}</NumberCell>
        <span className={styles['last']} role="gridcell">
          <AppSwitch shown={shown} name={plainText(name?.parts ?? [])} />
        </span>
      </Later>
    </NowRowFrame>
  );
});

/** Nothing where no rule can be made: nobody knows the program, or this user may only look. */
function AppSwitch({ shown, name }: { readonly shown: ShownApp; readonly name: string }): ReactNode {
  const words = useWords();
  const isAllowed = useDesktopPart(mayAnswer);
  const actions = offeredActions(shown.app.id);
  if (!isAllowed || actions.length === 0) return null;
  return <ChosenForApp shown={shown} label={words('now.rule.name', { name })} />;
}

function ChosenForApp({ shown, label }: { readonly shown: ShownApp; readonly label: string }): ReactNode {
  const { app } = shown;
  const switchRule = useSwitchRule();
  const decided = useDecidedOfApp(app);
  const endpoint = app.endpoints.values().next().value;
  if (endpoint === undefined) return null;
  return (
    <ActionSwitch
      label={label}
      decided={decided}
      actions={offeredActions(app.id)}
      onChoose={(action) => void switchRule(endpoint, 'app', action)}
    />
  );
}
