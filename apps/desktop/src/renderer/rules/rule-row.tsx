// One rule in the list: whether it lets through, what it says, where it comes from, and how it fares.
import { memo } from 'react';
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import type { Rule, RuleUse } from '../../shared/model.ts';
import { shownText } from '../../shared/text-safety.ts';
import { AppTile } from '../app-tile.tsx';
import { appName } from '../app-words.ts';
import { classNames } from '../design/class-names.ts';
import { Icon } from '../design/icon.tsx';
import { Switch } from '../design/switch.tsx';
import { ForeignText } from '../foreign-text.tsx';
import { useWords } from '../language/words.tsx';
import { Later } from '../later.tsx';
import type { SentencePart } from './conditions.ts';
import { RuleFacts } from './rule-facts.tsx';
import styles from './rule-row.module.css';
import type { Shadows } from './shadows.ts';
import { RuleSentence } from './sentence.tsx';

export interface RuleRowActions {
  readonly onSelect: (ruleId: string, isSelected: boolean) => void;
  readonly onSwitch: (rule: Rule, enabled: boolean) => void;
  /** Undefined: the editor as a whole. */
  readonly onEdit: (rule: Rule, part: SentencePart | undefined) => void;
}

interface RuleRowProps extends RuleRowActions {
  readonly rule: Rule;
  /** Where no group above it shows the App. */
  readonly hasTile: boolean;
  /** 'unknown' where uses are not counted. */
  readonly use: RuleUse | 'never' | 'unknown';
  readonly shadows: Shadows;
  readonly nowMs: number;
  readonly ownUid: number;
  readonly isSelected: boolean;
  readonly isOpen: boolean;
  readonly mayChange: boolean;
}

const LONGEST_NOTE = 160;

export const RuleRow = memo(function RuleRow(props: RuleRowProps): ReactNode {
  const { rule, isSelected, isOpen, mayChange, ownUid, onSelect, onEdit } = props;
  const words = useWords();
  const intl = useIntl();
  const { app } = rule.matcher;
  return (
    <div
      className={classNames(
        styles['row'],
        isOpen && styles['open'],
        isSelected && styles['selected'],
        !rule.enabled && styles['off'],
      )}
      data-rule={rule.id}
    >
      <input
        type="checkbox"
        className={styles['box']}
        data-control="select"
        aria-label={words('rules.select', { rule: rule.id })}
        checked={isSelected}
        onChange={({ currentTarget }) => onSelect(rule.id, currentTarget.checked)}
      />
      <span className={classNames(styles['mark'], styles[rule.action])}>
        <Icon name={rule.action} />
      </span>
      {props.hasTile && (
        <span className={styles['tile']}>
          <AppTile app={app} name={app === undefined ? undefined : appName(app)} size="line" />
        </span>
      )}
      <div className={styles['text']}>
        <p className={styles['sentence']}>
          <RuleSentence
            rule={rule}
            ownUid={ownUid}
            partTitle={intl.formatMessage({ id: 'rules.edit' })}
            onPart={mayChange ? (part) => onEdit(rule, part) : undefined}
          />
        </p>
        {rule.note !== '' && (
          <p className={styles['note']}>
            <ForeignText text={shownText(rule.note, LONGEST_NOTE)} />
          </p>
        )}
        <Later>
          <RuleFacts rule={rule} use={props.use} shadows={props.shadows} nowMs={props.nowMs} />
        </Later>
      </div>
      <span className={styles['controls']}>
        <Later>
          <RowControls {...props} />
        </Later>
      </span>
    </div>
  );
});

function RowControls({ rule, isOpen, mayChange, onSwitch, onEdit }: RuleRowProps): ReactNode {
  const words = useWords();
  return (
    <>
      <span data-control="switch">
        <Switch
          label={words('rules.enabled', { rule: rule.id })}
          isLabelHidden
          isOn={rule.enabled}
          isDisabled={!mayChange}
          onChange={(isOn) => onSwitch(rule, isOn)}
        />
      </span>
      <button
        type="button"
        className={styles['edit']}
        data-control="edit"
        title={words('rules.edit')}
        aria-label={words('rules.edit.rule', { rule: rule.id })}
        aria-expanded={isOpen}
        onClick={() => onEdit(rule, undefined)}
      >
        <Icon name="chevron-right" />
      </button>
    </>
  );
}
