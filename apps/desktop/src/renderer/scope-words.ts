// What a scope is called where it is chosen. Pure.
import type { Reach } from '../shared/answer-options.ts';
import type { DecisionScope } from '../shared/desktop-api.ts';
import type { PromptMessageId } from './messages/message-id.ts';

export function scopeWords(
  scope: DecisionScope,
  { address, port }: Reach,
): Extract<PromptMessageId, `scope.${string}`> {
  if (address === '') return 'scope.packets';
  return scope === 'endpoint' && port === 0 ? 'scope.endpoint-no-port' : `scope.${scope}`;
}
