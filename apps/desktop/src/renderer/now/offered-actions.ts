// What a lasting rule may say of an App. Pure.
import type { Action } from '../../shared/model.ts';

/** Another program could take the name of what has no path, so that a rule can only refuse it; of the unknown there is none. */
export function offeredActions(app: string): readonly Action[] {
  if (app === 'unknown') return [];
  return app.startsWith('/') ? ['allow', 'deny'] : ['deny'];
}
