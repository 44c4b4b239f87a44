// `sallyport version`: of this front end, and of the agent where one answers.
import { FirewallError } from '@sallyport/proto';
import packageJson from '../../package.json' with { type: 'json' };
import type { Command } from '../command.ts';
import { jsonDocument } from '../document.ts';
import { safeText } from '../view/safe-text.ts';

export const version: Command = {
  words: ['version'],
  summary: 'the version of this program, and of the agent where one answers',
  positionals: [],
  options: {},
  json: '{cli: text, agent?: text}',
  run: async (context) => {
    const agent = await agentVersion(context.connect());
    if (context.json) context.print(jsonDocument({ cli: packageJson.version, agent }));
    else
      context.print(
        `sallyport ${packageJson.version}${agent === undefined ? ' (no agent answers)' : `, agent ${safeText(agent)}`}`,
      );
    return 0;
  },
};

async function agentVersion(
  client: ReturnType<Parameters<Command['run']>[0]['connect']>,
): Promise<string | undefined> {
  try {
    return (await client.getStatus({}, { deadlineMs: 1000 })).version;
  } catch (failure) {
    if (failure instanceof FirewallError) return undefined;
    throw failure;
  }
}
