// An endpoint of an App: where to, how many connections, and whether new ones pass.
import { memo } from 'react';
import type { ReactNode } from 'react';
import { PACKET } from '../../shared/answer-options.ts';
import { mayAnswer } from '../../shared/reduce.ts';
import { placeText } from '../../shared/prompt-view.ts';
import { plainText, safeText, shownText } from '../../shared/text-safety.ts';
import { appName } from '../app-words.ts';
import { ForeignText } from '../foreign-text.tsx';
import { useWords } from '../language/words.tsx';
import { protocolName, usualService } from '../services.ts';
import { useDesktopPart } from '../use-desktop.tsx';
import { ActionSwitch } from './action-switch.tsx';
import { Later } from '../later.tsx';
import type { NowModel } from './now-model.ts';
import type { NowEndpoint } from './now-parts.ts';
import { FirstCell, NowRowFrame } from './now-row.tsx';
import type { RowPlace } from './now-row.tsx';
import styles from './now-row.module.css';
import { offeredActions } from './offered-actions.ts';
import { RateCells } from './rate-cells.tsx';
import { useDecidedOfEndpoint } from './use-decisions.tsx';
import { useSwitchRule } from './use-switch-rule.ts';

interface EndpointRowProps extends RowPlace {
  readonly endpoint: NowEndpoint;
  readonly rowKey: string;
  readonly isOpen: boolean;
  readonly model: NowModel;
  readonly nowMs: number;
}

const NAME_CHARACTERS = 60;

export const EndpointRow = memo(function EndpointRow(props: EndpointRowProps): ReactNode {
  const { endpoint, rowKey, isOpen, model, nowMs, ...place } = props;
  const words = useWords();
  const { name, address, port, protocol, direction, flows } = endpoint;
  const target =
    protocol === PACKET
      ? words('history.packets')
      : placeText({ direction, address: safeText(address), port });
  const service = usualService(protocol, port) ?? protocolName(safeText(protocol));
  return (
    <NowRowFrame kind="endpoint" rowKey={rowKey} isOpen={isOpen} {...place}>
      <FirstCell isOpen={isOpen}>
        <span className={styles['cut']}>
          {name === undefined ? target : <ForeignText text={shownText(name, NAME_CHARACTERS)} />}
          <span className={styles['quiet']}>
            {` ${name === undefined ? '' : `${target} · `}${service}`}
            {direction === 'in' && ` · ${words('now.incoming')}`}
          </span>
        </span>
      </FirstCell>
      <Later>
        <span className={styles['note']} role="gridcell">
          {words('now.connections', { count: flows.size })}
        </span>
        <RateCells model={model} rate={endpoint.rate} nowMs={nowMs} />
        <span role="gridcell" />
        <span className={styles['last']} role="gridcell">
          <EndpointSwitch endpoint={endpoint} target={target} />
        </span>
      </Later>
    </NowRowFrame>
  );
});

interface EndpointSwitchProps {
  readonly endpoint: NowEndpoint;
  readonly target: string;
}

function EndpointSwitch({ endpoint, target }: EndpointSwitchProps): ReactNode {
  const isAllowed = useDesktopPart(mayAnswer);
  const mayHaveRule = isAllowed && offeredActions(endpoint.app.id).length > 0;
  return mayHaveRule ? <ChosenForEndpoint endpoint={endpoint} target={target} /> : null;
}

function ChosenForEndpoint({ endpoint, target }: EndpointSwitchProps): ReactNode {
  const words = useWords();
  const switchRule = useSwitchRule();
  const decided = useDecidedOfEndpoint(endpoint);
  const app = endpoint.app.id;
  const name = plainText(appName(app)?.parts ?? []);
  return (
    <ActionSwitch
      label={words('now.rule.endpoint', { name, target })}
      decided={decided}
      actions={offeredActions(app)}
      onChoose={(action) => void switchRule(endpoint, 'endpoint', action)}
    />
  );
}
