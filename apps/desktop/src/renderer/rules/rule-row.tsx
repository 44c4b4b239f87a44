// One rule in the list: whether it lets through, what it says, where it comes from, and how it fares.
import { memo } from 'react';
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import type { Rule, RuleUse } from '../../shared/model.ts';
import { shownText } from '../../shared/text-safety.ts';
import { classNames } from '../design/class-names.ts';
import { Icon } from '../design/icon.tsx';
import { Switch } from '../design/switch.tsx';
import { ForeignText } from '../foreign-text.tsx';
import { useWords } from '../language/words.tsx';
import type { SentencePart } from './conditions.ts';
import { RuleFacts } from './rule-facts.tsx';
import styles from './rule-row.module.css';
import { RuleSentence } from './sentence.tsx';

export interface RuleRowActions {
  readonly onSelect: (ruleId: string, isSelected: boolean) => void;
  readonly onSwitch: (rule: Rule, enabled: boolean) => void;
  /** Undefined: the editor as a whole. */
  readonly onEdit: (rule: Rule, part: SentencePart | undefined) => void;
}

interface RuleRowProps extends RuleRowActions {
  readonly rule: Rule;
  /** 'unknown' where uses are not counted. */
  readonly use: RuleUse | 'never' | 'unknown';
  readonly shadow: Rule | undefined;
  readonly nowMs: number;
  readonly ownUid: number;
  readonly isSelected: boolean;
  readonly isOpen: boolean;
  readonly mayChange: boolean;
}

const LONGEST_NOTE = 160;

export const RuleRow = memo(function RuleRow(props: RuleRowProps): ReactNode {
  const { rule, isSelected, isOpen, mayChange, ownUid, onSelect, onSwitch, onEdit } = props;
  const words = useWords();
  const intl = useIntl();
  const name = rule.id;
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
        aria-label={words('rules.select', { rule: name })}
        checked={isSelected}
        onChange={({ currentTarget }) => onSelect(rule.id, currentTarget.checked)}
      />
      <span className={classNames(styles['mark'], styles[rule.action])}>
        <Icon name={rule.action} />
      </span>
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
        <RuleFacts rule={rule} use={props.use} shadow={props.shadow} nowMs={props.nowMs} />
      </div>
      <span data-control="switch">
        <Switch
          label={words('rules.enabled', { rule: name })}
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
        aria-label={words('rules.edit.rule', { rule: name })}
        aria-expanded={isOpen}
        onClick={() => onEdit(rule, undefined)}
      >
        <Icon name="chevron-right" />
      </button>
    </div>
  );
});
