// Whether a question is told by a notification as well: where the window system lets no window come to the front by itself, or where
// there is no prompt window. Pure.
import { ARMING_MS } from '../shared/arming.ts';
import type { Decision } from '../shared/desktop-api.ts';
import type { Action, Prompt } from '../shared/model.ts';

export interface Surroundings {
  /** XDG_SESSION_TYPE. */
  readonly sessionType: string | undefined;
  /** XDG_CURRENT_DESKTOP, a list with colons. */
  readonly currentDesktop: string | undefined;
}

/** GNOME on Wayland opens a window that nobody asked for behind the others. */
export function windowsComeToFront({ sessionType, currentDesktop }: Surroundings): boolean {
  const desktops = (currentDesktop ?? '').split(':').map((name) => name.toLowerCase());
  return sessionType !== 'wayland' || !desktops.includes('gnome');
}

export interface Told {
  /** Ids of prompts that a notification was shown for. */
  readonly promptIds: ReadonlySet<string>;
}

/** The question to tell now: the oldest open one that was not told yet. */
export function questionToTell(prompts: readonly Prompt[], told: Told): Prompt | undefined {
  return prompts.find(
    (prompt) => !prompt.missed && prompt.flows.length > 0 && !told.promptIds.has(prompt.id),
  );
}

/** A button that came up under somebody's pointer answers nothing; neither does one of a question that is over. */
export function notificationAnswer(action: Action, prompt: Prompt, shownForMs: number): Decision | undefined {
  if (shownForMs < ARMING_MS) return undefined;
  return {
    promptId: prompt.id,
    action,
    scope: 'endpoint',
    lifetime: { kind: 'once' },
    flowIds: prompt.flows.map((flow) => flow.id),
    revision: prompt.revision,
  };
}
