// A rule for one App and everything it may want, as a front end sends it.
import type { Action, Rule } from '@sallyport/proto';

export function ruleFor(app: string, action: Action): Rule {
  const matcher = {
    app,
    uid: undefined,
    direction: 'DIRECTION_UNSPECIFIED',
    protocols: [],
    addresses: [],
    ports: [],
  } as const;
  const named = { id: '', note: '', sentence: '', file: '', origin: 'user', createdAtMs: 0, priority: 0 };
  return { ...named, action, enabled: true, matcher, lifetime: { lifetime: 'always', always: {} } };
}
