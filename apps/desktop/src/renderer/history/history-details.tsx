// An open row: everything that is known, why it was decided so, what would be decided now, and a rule from here.
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import type { IntlShape } from 'react-intl';
import { PACKET } from '../../shared/answer-options.ts';
import type { Rule } from '../../shared/model.ts';
import { commandLineText, placeText, socketAddressText } from '../../shared/prompt-view.ts';
import { mayAnswer } from '../../shared/reduce.ts';
import type { HistoryEntry } from '../../shared/report.ts';
import { safeText, shownText } from '../../shared/text-safety.ts';
import { ActionMark } from '../action-mark.tsx';
import { appName } from '../app-words.ts';
import { Button } from '../design/button.tsx';
import { Facts } from '../facts.tsx';
import type { Fact } from '../facts.tsx';
import { ForeignText } from '../foreign-text.tsx';
import { useAmounts } from '../language/use-amounts.ts';
import type { Amounts } from '../language/use-amounts.ts';
import { useWords } from '../language/words.tsx';
import type { Words } from '../language/words.tsx';
import { MenuName } from '../menu-name.tsx';
import { reasonWords } from '../reason.ts';
import { RuleFromDialog } from '../rule-from/rule-from-dialog.tsx';
import { protocolName } from '../services.ts';
import { useDesktopPart } from '../use-desktop.tsx';
import type { Users } from '../users.ts';
import { DecidedNow } from './decided-now.tsx';
import styles from './history-details.module.css';

interface HistoryDetailsProps {
  readonly entry: HistoryEntry;
  readonly rulesById: ReadonlyMap<string, Rule>;
  readonly users: Users | undefined;
}

export function HistoryDetails({ entry, rulesById, users }: HistoryDetailsProps): ReactNode {
  const words = useWords();
  const intl = useIntl();
  const isAllowed = useDesktopPart(mayAnswer);
  const [isMaking, setIsMaking] = useState(false);
  const amounts = useAmounts();
  const reason = reasonWords(entry.reason, rulesById);
  const seen = seenOf(entry);
  const facts: readonly Fact[] = [
    [words('history.column.time'), intl.formatDate(entry.atMs, { dateStyle: 'full', timeStyle: 'medium' })],
    ...programFacts(entry, words, users),
    ...networkFacts(entry, words),
    [words('history.held'), heldText(entry.heldUs, intl)],
    ...carriedFacts(entry, words, amounts),
    ...alikeFacts(entry, words),
  ];
  return (
    <div className={styles['details']}>
      <section className={styles['why']}>
        <h2>{words('history.why')}</h2>
        <p className={styles['verdict']}>
          <ActionMark action={entry.action} /> <bdi>{safeText(words(reason.id, reason.values))}</bdi>
        </p>
        {seen !== undefined && <DecidedNow seen={seen} uid={entry.uid} />}
        {seen !== undefined && isAllowed && (
          <Button icon="add" onClick={() => setIsMaking(true)}>
            {words('history.make-rule')}
          </Button>
        )}
      </section>
      <Facts facts={facts} />
      {seen !== undefined && (
        <RuleFromDialog seen={isMaking ? seen : undefined} onClose={() => setIsMaking(false)} />
      )}
    </div>
  );
}

/** What a rule can be made of: a known program, and a packet that could be read. */
function seenOf(entry: HistoryEntry): Parameters<typeof DecidedNow>[0]['seen'] | undefined {
  const { app, direction, protocol, address, port } = entry;
  const isNowhere = address === '' && protocol !== PACKET;
  if (app === undefined || app === 'unknown' || isNowhere || protocol === '') return undefined;
  return { app, direction: direction ?? 'out', protocol, address, port };
}

const PATH_CHARACTERS = 300;
const COMMAND_CHARACTERS = 4000;

function programFacts(entry: HistoryEntry, words: Words, users: Users | undefined): readonly Fact[] {
  const { app, path, pid, uid, commandLine } = entry;
  const name = appName(app);
  if (name === undefined) return [[words('history.column.app'), words('history.no-program')]];
  const identity = path ?? app ?? '';
  return [
    [
      words('history.column.app'),
      <span key="app">
        <ForeignText text={name} /> <MenuName app={app} fileName={name} />
      </span>,
    ],
    [words('history.path'), <ForeignText key="path" isCode text={shownText(identity, PATH_CHARACTERS)} />],
    [words('history.process'), processText(words, { pid, uid, user: users?.nameOf(uid) })],
    [
      words('details.command-line'),
      commandLine.length === 0 ? (
        words('details.no-command-line')
      ) : (
        <ForeignText
          key="command"
          isCode
          isClaimed
          text={shownText(commandLineText(commandLine), COMMAND_CHARACTERS)}
        />
      ),
    ],
  ];
}

function networkFacts(entry: HistoryEntry, words: Words): readonly Fact[] {
  const { address, port, localAddress, localPort, protocol, direction, name } = entry;
  if (protocol === PACKET) return [[words('history.column.target'), words('history.packets')]];
  if (address === '') return [];
  const remote = placeText({ direction, address: safeText(address), port });
  const nameFact: readonly Fact[] =
    name === undefined
      ? []
      : [[words('history.name'), <ForeignText key="name" text={shownText(name, PATH_CHARACTERS)} />]];
  return [
    [
      words('history.column.target'),
      `${remote} · ${protocolName(safeText(protocol))} · ${words(`history.direction.${direction ?? 'out'}`)}`,
    ],
    ...nameFact,
    [words('history.local'), socketAddressText(safeText(localAddress), localPort)],
  ];
}

interface Process {
  readonly pid: number;
  readonly uid: number;
  readonly user: string | undefined;
}

function processText(words: Words, { user, ...process }: Process): string {
  return user === undefined
    ? words('history.process.text', process)
    : words('history.process.named', { ...process, user: safeText(user) });
}

/** Nothing where it was refused, or nobody counted. */
function carriedFacts({ carried }: HistoryEntry, words: Words, { bytes }: Amounts): readonly Fact[] {
  if (carried === undefined) return [];
  const { bytesIn, bytesOut, packetsIn, packetsOut } = carried;
  const values = { down: bytes(bytesIn), up: bytes(bytesOut), packetsIn, packetsOut };
  return [[words('history.carried'), words('history.carried.text', values)]];
}

/** Where connections are too many for a record each, one stands for those that are alike. */
function alikeFacts({ alike }: HistoryEntry, words: Words): readonly Fact[] {
  return alike === 0 ? [] : [[words('history.alike'), words('history.alikeCount', { count: alike })]];
}

function heldText(heldUs: number, { formatNumber }: Pick<IntlShape, 'formatNumber'>): string {
  const [value, unit] = heldUs < 1_000_000 ? [heldUs / 1000, 'millisecond'] : [heldUs / 1_000_000, 'second'];
  return formatNumber(value, { style: 'unit', unit, unitDisplay: 'short', maximumSignificantDigits: 3 });
}
