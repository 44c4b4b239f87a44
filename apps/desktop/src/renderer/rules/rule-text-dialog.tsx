// A rule as the agent writes it, to read and to copy.
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import type { Rule } from '../../shared/model.ts';
import { safeText } from '../../shared/text-safety.ts';
import { Button } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { errorText } from '../error-text.ts';
import { useWords } from '../language/words.tsx';
import { useDesktop } from '../use-desktop.tsx';
import styles from './rule-text-dialog.module.css';

interface RuleTextDialogProps {
  readonly rule: Rule;
  readonly onClose: () => void;
}

export function RuleTextDialog({ rule, onClose }: RuleTextDialogProps): ReactNode {
  const { api } = useDesktop();
  const words = useWords();
  const [text, setText] = useState('');
  const [isCopied, setIsCopied] = useState(false);
  useEffect(() => {
    let isOver = false;
    void api.exportRules({ ruleIds: [rule.id] }).then((outcome) => {
      if (!isOver) setText(outcome.ok ? outcome.value.text : errorText(words, outcome.error));
    });
    return () => {
      isOver = true;
    };
  }, [api, rule, words]);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setIsCopied(true);
  };
  return (
    <Dialog
      title={words('rules.text.title')}
      closeLabel={words('close')}
      isOpen
      onClose={onClose}
      actions={
        <Button onClick={() => void copy()}>
          {words(isCopied ? 'rules.text.copied' : 'rules.text.copy')}
        </Button>
      }
    >
      <pre className={styles['text']} tabIndex={0}>
        <code>{text.split('\n').map(safeText).join('\n')}</code>
      </pre>
      <p className={styles['hint']}>
        {rule.file !== undefined && <code>{safeText(rule.file)}</code>} {words('rules.text.hint')}
      </p>
    </Dialog>
  );
}
