// Above every page: its search, and whether the firewall filters.
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { SearchField } from '../design/text-field.tsx';
import { useWords } from '../language/words.tsx';
import { ModeControl } from './mode-control.tsx';
import type { PageEntry } from './page-entry.ts';
import styles from './top-bar.module.css';
import { changeQuery, useSearchText } from './use-route.ts';

export function TopBar({ entry }: { readonly entry: PageEntry }): ReactNode {
  const words = useWords();
  return (
    <header className={styles['bar']}>
      <div className={styles['search']}>
        {entry.searchKeys === undefined ? (
          <h1 className={styles['title']}>{words(entry.title)}</h1>
        ) : (
          <>
            <h1 className="only-spoken">{words(entry.title)}</h1>
            <Search key={entry.id} keys={entry.searchKeys} />
          </>
        )}
      </div>
      <ModeControl />
    </header>
  );
}

/** What is typed is in the address at once. `/` leads here from anywhere but another field. */
function Search({ keys }: { readonly keys: readonly string[] }): ReactNode {
  const words = useWords();
  const text = useSearchText();
  const [typed, setTyped] = useState(text);
  const [seen, setSeen] = useState(text);
  const field = useRef<HTMLDivElement>(null);
  if (text !== seen) {
    setSeen(text);
    setTyped(text);
  }
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target))
        return;
      event.preventDefault();
      field.current?.querySelector('input')?.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <div ref={field}>
      <SearchField
        label={words('main.search')}
        placeholder={words('main.search.example', { example: keys.map((key) => `${key}:`).join(' ') })}
        value={typed}
        onChange={(value) => {
          setTyped(value);
          changeQuery({ q: value.trim() });
        }}
      />
    </div>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  );
}
