// `sallyport rules remove`: rules by id.
import { FirewallError } from '@sallyport/proto';
import type { FirewallClient } from '@sallyport/proto';
import type { Command } from '../command.ts';
import { jsonDocument } from '../document.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { counted } from '../view/time.ts';
import { safeText } from '../view/safe-text.ts';

interface Refusal {
  readonly id: string;
  readonly reason: string;
}

export const rulesRemove: Command = {
  words: ['rules', 'remove'],
  summary: 'remove rules',
  positionals: [{ name: 'ID', required: true, many: true }],
  options: {},
  details: [
    'Goes through all ids and says which could not be removed; exit status 5 when one does not exist.',
  ],
  json: '{removed: id[], failed: {id, reason}[]}',
  run: async (context, input) => {
    const client = context.connect();
    const removed: string[] = [];
    const failed: Refusal[] = [];
    let exitCode: number = EXIT_CODES.done.code;
    for (const id of input.positionals) {
      const failure = await removal(client, id);
      if (failure === undefined) removed.push(id);
      else {
        failed.push({ id, reason: failure.message });
        exitCode = failure.kind === 'not-found' ? EXIT_CODES.notFound.code : EXIT_CODES.refused.code;
      }
    }
    if (context.json) context.print(jsonDocument({ removed, failed }));
    else if (removed.length > 0) context.print(`${counted(removed.length, 'rule')} removed.`);
    for (const { id, reason } of failed) context.warn(`${safeText(id)}: ${safeText(reason)}`);
    return exitCode;
  },
};

/** Undefined when it is gone. What concerns every rule alike (no agent, no permission) is thrown on. */
async function removal(client: FirewallClient, id: string): Promise<FirewallError | undefined> {
  try {
    await client.deleteRule({ id });
    return undefined;
  } catch (failure) {
    const isAboutRule =
      failure instanceof FirewallError && ['not-found', 'refused', 'invalid'].includes(failure.kind);
    if (isAboutRule) return failure;
    throw failure;
  }
}
