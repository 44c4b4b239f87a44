// What a finding of the agent is called in the person's language, by its code: the check and its state. Pure.
import type { HealthCheck } from '../../shared/report.ts';
import { settings } from '../messages/en/settings.ts';
import type { SettingsMessageId } from '../messages/message-id.ts';

export interface HealthWords {
  /** Undefined for a code that this version does not know: the agent's own text says all. */
  readonly title: SettingsMessageId | undefined;
  /** Undefined where the agent's own remedy depends on more than the code. */
  readonly remedy: SettingsMessageId | undefined;
}

export function healthWords({ name, state }: Pick<HealthCheck, 'name' | 'state'>): HealthWords {
  const code = `health.${name}.${state}`;
  return { title: known(code), remedy: known(`${code}.remedy`) };
}

function known(id: string): SettingsMessageId | undefined {
  return Object.hasOwn(settings, id) ? (id as SettingsMessageId) : undefined;
}
