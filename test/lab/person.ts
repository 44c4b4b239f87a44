// A person at a front end of the agent under test: sees questions by a real Watch and answers them by the real API.
import { connectFirewall } from '@sallyport/proto';
import type { DecideRequest, DecideResponse, FirewallClient, HistoryRecord, Prompt } from '@sallyport/proto';
import { waitFor } from './commands.ts';
import { PromptMirror } from './prompt-mirror.ts';

export type Lifetime = 'once' | 'untilProcessEnds' | 'untilProcessTreeEnds' | 'always';

export interface Answer {
  readonly action: 'allow' | 'deny';
  /** Default: always. */
  readonly lifetime?: Lifetime;
  /** Default: every flow of the card. */
  readonly flowIds?: readonly string[];
  /** For every App of the container that the flows come from. */
  readonly forContainer?: boolean;
}

const LIFETIMES: Readonly<Record<Lifetime, DecideRequest['lifetime']>> = {
  once: { lifetime: 'once', once: {} },
  untilProcessEnds: { lifetime: 'untilProcessEnds', untilProcessEnds: {} },
  untilProcessTreeEnds: { lifetime: 'untilProcessTreeEnds', untilProcessTreeEnds: {} },
  always: { lifetime: 'always', always: {} },
};

export class Person {
  readonly client: FirewallClient;
  readonly #mirror: PromptMirror;

  private constructor(client: FirewallClient) {
    this.client = client;
    this.#mirror = new PromptMirror(client);
  }

  /** Resolves when the agent counts this person among those who can be asked. */
  static async sitDown(socketPath: string): Promise<Person> {
    const client = connectFirewall({ socketPath });
    const before = (await client.getStatus({})).clients;
    const person = new Person(client);
    await waitFor('the watch', async () => (await client.getStatus({})).clients > before);
    return person;
  }

  get prompts(): readonly Prompt[] {
    return this.#mirror.all();
  }

  /** The open card of the App with this id, with at least so many flows. */
  async asked(appId: string, flows = 1): Promise<Prompt> {
    const find = (): Prompt | undefined =>
      this.prompts.find(({ app, flows: waiting }) => app?.id === appId && waiting.length >= flows);
    try {
      await waitFor(`a question about ${appId}`, () => find() !== undefined);
    } catch (cause) {
      throw new Error(
        `asked about ${[...new Set(this.prompts.map(({ app }) => app?.id))].join(', ') || 'nothing'}`,
        {
          cause,
        },
      );
    }
    const prompt = find();
    if (prompt === undefined) throw new Error(`the question about ${appId} went again`);
    return prompt;
  }

  /** Answers the card as it was seen. */
  answer(
    { id, revision }: Prompt,
    { action, lifetime = 'always', flowIds = [], forContainer = false }: Answer,
  ): Promise<DecideResponse> {
    return this.client.decide({
      promptId: id,
      revision,
      action: action === 'allow' ? 'ACTION_ALLOW' : 'ACTION_DENY',
      scope: 'DECISION_SCOPE_ENDPOINT',
      lifetime: LIFETIMES[lifetime],
      flowIds,
      forContainer,
    });
  }

  /** What history says of an App, newest first. */
  async records(app: string): Promise<readonly HistoryRecord[]> {
    return (await this.client.listHistory({ app, limit: 1000 })).records;
  }

  async leave(): Promise<void> {
    await this.#mirror.close();
    this.client.close();
  }
}
