// One verdict: when, what, who, where to, why. It opens in place.
import { memo } from 'react';
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import { PACKET } from '../../shared/answer-options.ts';
import type { Rule } from '../../shared/model.ts';
import { placeText } from '../../shared/prompt-view.ts';
import type { HistoryEntry } from '../../shared/report.ts';
import { safeText, shownText } from '../../shared/text-safety.ts';
import { ActionMark } from '../action-mark.tsx';
import { AppTile } from '../app-tile.tsx';
import { appName } from '../app-words.ts';
import { classNames } from '../design/class-names.ts';
import { Icon } from '../design/icon.tsx';
import { ForeignText } from '../foreign-text.tsx';
import { useWords } from '../language/words.tsx';
import { MenuName } from '../menu-name.tsx';
import { reasonWords } from '../reason.ts';
import { protocolName } from '../services.ts';
import type { Users } from '../users.ts';
import { HistoryDetails } from './history-details.tsx';
import styles from './history-row.module.css';

interface HistoryRowProps {
  readonly entry: HistoryEntry;
  readonly rowIndex: number;
  readonly rulesById: ReadonlyMap<string, Rule>;
  readonly users: Users | undefined;
  readonly isOpen: boolean;
  readonly onOpen: (id: string | undefined) => void;
}

export const HistoryRow = memo(function HistoryRow(props: HistoryRowProps): ReactNode {
  const { entry, rowIndex, rulesById, isOpen, onOpen } = props;
  const words = useWords();
  const reason = reasonWords(entry.reason, rulesById);
  const toggle = (): void => onOpen(isOpen ? undefined : entry.id);
  return (
    <div className={classNames(styles['row'], isOpen && styles['open'])} data-entry={entry.id}>
      <div className={styles['cells']} role="row" aria-rowindex={rowIndex} onClick={toggle}>
        <span className={styles['time']} role="cell">
          <Time atMs={entry.atMs} />
        </span>
        <span role="cell">
          <ActionMark action={entry.action} />
        </span>
        <span className={styles['who']} role="cell">
          <AppCell app={entry.app} />
        </span>
        <span className={styles['target']} role="cell">
          <Target entry={entry} />
        </span>
        <span className={classNames(styles['cut'], styles['reason'])} role="cell">
          <bdi>{safeText(words(reason.id, reason.values))}</bdi>
        </span>
        <span role="cell" className={styles['opener']}>
          <button
            type="button"
            className={styles['button']}
            data-row
            aria-expanded={isOpen}
            aria-label={words('history.details')}
            onClick={(event) => {
              event.stopPropagation();
              toggle();
            }}
          >
            <Icon name={isOpen ? 'chevron-up' : 'chevron-down'} />
          </button>
        </span>
      </div>
      {isOpen && (
        <div role="row">
          <div role="cell" aria-colspan={6}>
            <HistoryDetails entry={entry} rulesById={rulesById} users={props.users} />
          </div>
        </div>
      )}
    </div>
  );
});

/** Within a day the time alone says enough; the day stands before it otherwise. */
function Time({ atMs }: { readonly atMs: number }): ReactNode {
  const intl = useIntl();
  const day = intl.formatDate(atMs, { month: 'short', day: 'numeric' });
  const time = intl.formatTime(atMs, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  });
  return (
    <time dateTime={new Date(atMs).toISOString()}>
      <span className={styles['day']}>{day}</span> {time}
    </time>
  );
}

function AppCell({ app }: { readonly app: string | undefined }): ReactNode {
  const words = useWords();
  const name = appName(app);
  return name === undefined ? (
    <span className={styles['quiet']}>{words('history.no-program')}</span>
  ) : (
    <>
      <AppTile app={app} name={name} size="line" />
      <strong className={styles['app']}>
        <ForeignText text={name} />
      </strong>
      <MenuName app={app} fileName={name} />
    </>
  );
}

const NAME_CHARACTERS = 60;

function Target({ entry }: { readonly entry: HistoryEntry }): ReactNode {
  const { name, address, port, protocol, direction, alike } = entry;
  const words = useWords();
  if (protocol === PACKET)
    return (
      <>
        <span className={styles['cut']}>{words('history.packets')}</span>
        {alike > 0 && <Alike count={alike} />}
      </>
    );
  const place = placeText({ direction, address: safeText(address), port });
  const incoming = direction === 'in' ? ` · ${words('history.direction.in')}` : '';
  const plain = `${protocolName(safeText(protocol))}${incoming}`;
  const isOfMany = address === '' && alike > 0;
  return (
    <>
      <span className={styles['cut']}>
        {isOfMany && <ManyEnds />}
        {name === undefined ? place : <ForeignText text={shownText(name, NAME_CHARACTERS)} />}
        <span className={styles['quiet']}>{name === undefined ? ` ${plain}` : ` ${place} ${plain}`}</span>
      </span>
      {alike > 0 && <Alike count={alike} />}
    </>
  );
}

/** A record that stands for connections to very many addresses tells of none. */
function ManyEnds(): ReactNode {
  return <span className={styles['quiet']}>{useWords()('history.row.many-ends')}</span>;
}

/** Stays in sight where the name beside it is cut. */
function Alike({ count }: { readonly count: number }): ReactNode {
  const words = useWords();
  const intl = useIntl();
  return (
    <span className={styles['alike']}>
      <span aria-hidden="true">+{intl.formatNumber(count)}</span>
      <span className="only-spoken">{words('history.row.alike', { count })}</span>
    </span>
  );
}
