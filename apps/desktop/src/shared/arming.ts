// When a card takes an answer: only after it has been on the screen, unchanged, for a second. Pure over a clock that never goes back
// (performance.now). Return never answers; Escape puts the card aside; a held or typed-ahead key answers nothing.

export const ARMING_MS = 1000;

export interface Arming {
  /** What is on the screen; undefined while nothing is. */
  readonly contentKey: string | undefined;
  /** Since when it has been there without a change and without a key that came too early. */
  readonly sinceMs: number;
}

export type ArmingEvent =
  /** This content is on the screen, whole. Told after each time it was drawn. */
  | { readonly kind: 'shown'; readonly contentKey: string; readonly atMs: number }
  /** The card is covered, minimised or gone, or the connection is lost. */
  | { readonly kind: 'hidden' }
  | { readonly kind: 'key'; readonly key: KeyPress; readonly atMs: number }
  /** A button was pressed with the pointer, by touch, or by the space bar or an assistive technology. */
  | { readonly kind: 'press'; readonly button: 'allow' | 'deny'; readonly atMs: number };

/** As a KeyboardEvent has them. */
export interface KeyPress {
  readonly key: string;
  readonly repeat?: boolean;
  readonly ctrlKey?: boolean;
  readonly altKey?: boolean;
  readonly metaKey?: boolean;
}

export type ArmingIntent = 'allow' | 'deny' | 'later' | 'next-scope' | 'next-lifetime';

export interface ArmingStep {
  readonly arming: Arming;
  readonly intent: ArmingIntent | undefined;
  /** The page keeps the event from doing anything else, such as pressing the button that has the focus. */
  readonly consumed: boolean;
}

export const HIDDEN: Arming = { contentKey: undefined, sinceMs: 0 };

export function armingStep(arming: Arming, event: ArmingEvent): ArmingStep {
  switch (event.kind) {
    case 'shown':
      return quiet(
        arming.contentKey === event.contentKey
          ? arming
          : { contentKey: event.contentKey, sinceMs: event.atMs },
      );
    case 'hidden':
      return quiet(HIDDEN);
    case 'press':
      return isArmed(arming, event.atMs)
        ? { arming, intent: event.button, consumed: true }
        : { arming, intent: undefined, consumed: true };
    case 'key':
      return keyStep(arming, event.key, event.atMs);
  }
}

/** When the card takes an answer; undefined while nothing is on the screen. */
export function armedAtMs(arming: Arming): number | undefined {
  return arming.contentKey === undefined ? undefined : arming.sinceMs + ARMING_MS;
}

export function isArmed(arming: Arming, nowMs: number): boolean {
  const atMs = armedAtMs(arming);
  return atMs !== undefined && nowMs >= atMs;
}

/** How far the arming has come, from 0 to 1, for the ring that shows it. */
export function armingProgress(arming: Arming, nowMs: number): number {
  if (arming.contentKey === undefined) return 0;
  return Math.min(1, Math.max(0, (nowMs - arming.sinceMs) / ARMING_MS));
}

const INTENTS: Readonly<Record<string, ArmingIntent>> = {
  a: 'allow',
  d: 'deny',
  s: 'next-scope',
  l: 'next-lifetime',
};

function keyStep(arming: Arming, key: KeyPress, atMs: number): ArmingStep {
  if (key.key === 'Escape') return { arming, intent: 'later', consumed: true };
  if (isNavigation(key)) return quiet(arming);
  // Somebody is typing, for this window or for another: the card must be seen anew.
  if (!isArmed(arming, atMs))
    return { arming: { ...arming, sinceMs: atMs }, intent: undefined, consumed: true };
  if (key.key === 'Enter') return { arming, intent: undefined, consumed: true };
  const intent = isModified(key) || key.repeat === true ? undefined : INTENTS[key.key.toLowerCase()];
  return { arming, intent, consumed: intent !== undefined };
}

/** Keys with which nobody types text: they may go to the page at any time. A space presses the focused button, as `press`. */
function isNavigation(key: KeyPress): boolean {
  return /^(?:Tab|Shift|Control|Alt|Meta|Arrow\w+|Home|End|Page\w+)$/.test(key.key);
}

function isModified(key: KeyPress): boolean {
  return key.ctrlKey === true || key.altKey === true || key.metaKey === true;
}

function quiet(arming: Arming): ArmingStep {
  return { arming, intent: undefined, consumed: false };
}
