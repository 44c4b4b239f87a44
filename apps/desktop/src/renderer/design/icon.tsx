// The icons: one line weight, 20 units wide, drawn in the colour of the text around them. The word beside an icon says what it
// means, so a screen reader passes over it.
import type { ReactNode } from 'react';
import styles from './icon.module.css';

const SHAPES = {
  /** The gate that everything here is about: two towers, an arch, and what is between them. */
  'gate-open': <path d="M4 17V9a6 6 0 0 1 12 0v8M2 17h4M14 17h4M7.5 14.5V9.3" />,
  'gate-closed': <path d="M4 17V9a6 6 0 0 1 12 0v8M2 17h16M8 3.4V17M12 3.4V17M4 10h12" />,
  'gate-question': (
    <>
      <path d="M4 17V9a6 6 0 0 1 12 0v8M2 17h4M14 17h4" />
      <path d="M8.1 9.1a1.9 1.9 0 1 1 2.7 1.7c-.6.3-.8.7-.8 1.4M10 15v.1" />
    </>
  ),
  'gate-off': <path d="M4 17V9a6 6 0 0 1 12 0v8M2 17h4M14 17h4M2.5 2.5l15 15" />,
  allow: <path d="M4 10.5l4 4 8-9" />,
  deny: (
    <>
      <circle cx="10" cy="10" r="7" />
      <path d="M5.2 5.2l9.6 9.6" />
    </>
  ),
  /** `deny` without its circle, for a place that has one. */
  'deny-mark': <path d="M15.2 4.8L4.8 15.2" />,
  app: (
    <>
      <rect x="3" y="3.5" width="14" height="13" rx="2" />
      <path d="M3 7.5h14M5.5 5.5h.1M8 5.5h.1" />
    </>
  ),
  network: (
    <>
      <circle cx="10" cy="10" r="7" />
      <path d="M3 10h14M10 3c2.5 2 3 4.5 3 7s-.5 5-3 7c-2.5-2-3-4.5-3-7s.5-5 3-7z" />
    </>
  ),
  clock: (
    <>
      <circle cx="10" cy="10" r="7" />
      <path d="M10 6v4l2.5 2" />
    </>
  ),
  user: (
    <>
      <circle cx="10" cy="7" r="3.2" />
      <path d="M3.5 17c.7-3.3 3.2-5 6.5-5s5.8 1.7 6.5 5" />
    </>
  ),
  folder: <path d="M3 15.500v-11h5l1.5 2H17v9z" />,
  rules: <path d="M4 5h.1M8 5h8M4 10h.1M8 10h8M4 15h.1M8 15h8" />,
  history: <path d="M3.5 10a6.5 6.5 0 1 0 2-4.700L3.5 7M3.5 3.500V7H7M10 6.500V10l2.5 1.5" />,
  missed: (
    <>
      <path d="M4 14.500h12c-1.3-1.2-1.7-2.5-1.7-5a4.3 4.3 0 0 0-8.6 0c0 2.5-.4 3.8-1.7 5z" />
      <path d="M8.5 17h3" />
    </>
  ),
  settings: (
    <>
      <path d="M3 6h7M14 6h3M3 14h3M10 14h7" />
      <circle cx="12" cy="6" r="2" />
      <circle cx="8" cy="14" r="2" />
    </>
  ),
  now: <path d="M2.5 11H6l2-6 4 11 2-5h3.5" />,
  search: (
    <>
      <circle cx="9" cy="9" r="5" />
      <path d="M13 13l4 4" />
    </>
  ),
  close: <path d="M5 5l10 10M15 5L5 15" />,
  add: <path d="M10 4v12M4 10h12" />,
  edit: <path d="M4 16l.8-3.200L13 4.600l2.4 2.4-8.2 8.200z" />,
  delete: <path d="M4 6h12M8 6V4h4v2M6 6l.7 10.500h6.600L14 6" />,
  undo: <path d="M7 4L3.5 7.5 7 11M3.5 7.500H12a4.3 4.3 0 0 1 0 8.600H8" />,
  help: (
    <>
      <circle cx="10" cy="10" r="7" />
      <path d="M8 8.200a2 2 0 1 1 2.8 1.800c-.6.3-.8.7-.8 1.300M10 13.700v.1" />
    </>
  ),
  caution: <path d="M10 3.500l7.3 13H2.700zM10 8.500v4M10 14.500v.1" />,
  info: (
    <>
      <circle cx="10" cy="10" r="7" />
      <path d="M10 9.500v4M10 6.500v.1" />
    </>
  ),
  pause: <path d="M7 4.500v11M13 4.500v11" />,
  more: <path d="M5 10h.1M10 10h.1M15 10h.1" />,
  'chevron-down': <path d="M5.5 8l4.5 4.500L14.5 8" />,
  'chevron-up': <path d="M5.5 12.500L10 8l4.5 4.5" />,
  'chevron-left': <path d="M12 5.500L7.5 10l4.5 4.5" />,
  'chevron-right': <path d="M8 5.500l4.5 4.500L8 14.5" />,
} as const satisfies Readonly<Record<string, ReactNode>>;

export type IconName = keyof typeof SHAPES;

export function Icon({ name }: { readonly name: IconName }): ReactNode {
  return (
    <svg className={styles['icon']} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      {SHAPES[name]}
    </svg>
  );
}
