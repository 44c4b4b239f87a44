// A page of the web shell in the browser: its state, and its DesktopApi called from outside.
import type { BrowserContext, Page } from 'playwright-core';
import type { CallArgument, CallName, CallResult } from '../../apps/desktop/src/shared/desktop-api.ts';
import type { Prompt } from '../../apps/desktop/src/shared/model.ts';
import { INITIAL_STATE, reduceUpdate } from '../../apps/desktop/src/shared/reduce.ts';
import type { DesktopState } from '../../apps/desktop/src/shared/state.ts';
import { waitFor } from '../lab/commands.ts';
import { collectedUpdates, collectUpdates } from './in-page.ts';
import type { PageGlobals } from './in-page.ts';

export class PageUnderTest {
  readonly page: Page;
  readonly faults: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.faults.push(error.message));
    // Refused requests are told on the console as well; what a policy blocks is a fault of ours.
    page.on('console', (message) => {
      if (/Content.Security.Policy|Refused to/i.test(message.text())) this.faults.push(message.text());
    });
  }

  static async open(context: BrowserContext, url: string): Promise<PageUnderTest> {
    const opened = new PageUnderTest(await context.newPage());
    await opened.page.goto(url);
    await opened.page.evaluate(collectUpdates);
    return opened;
  }

  /** What the page knows, from the updates that it got. */
  async state(): Promise<DesktopState> {
    const updates = await this.page.evaluate(collectedUpdates);
    return updates.reduce(reduceUpdate, INITIAL_STATE);
  }

  async until(what: string, holds: (state: DesktopState) => boolean): Promise<DesktopState> {
    let state = INITIAL_STATE;
    await waitFor(
      `${what} in the page`,
      async () => {
        state = await this.state();
        return holds(state);
      },
      15_000,
    );
    return state;
  }

  /** The only open prompt, as soon as there is one. */
  async prompt(): Promise<Prompt> {
    const { prompts } = await this.until('a question', (state) =>
      state.prompts.some(({ missed }) => !missed),
    );
    const prompt = prompts.find(({ missed }) => !missed);
    if (prompt === undefined) throw new Error('there was a prompt a moment ago');
    return prompt;
  }

  /** Calls as a component of the page does; throws what a page would show. */
  async call<C extends CallName>(name: C, argument: CallArgument<C>): Promise<CallResult<C>> {
    const outcome = await this.page.evaluate(
      ([called, given]) => {
        const { sallyport } = globalThis as unknown as PageGlobals;
        return (sallyport[called] as (given: unknown) => Promise<unknown>)(given);
      },
      [name, argument] as const,
    );
    const { ok, value, error } = outcome as {
      ok: boolean;
      value: CallResult<C>;
      error?: { kind: string; text: string };
    };
    if (!ok) throw new Error(`${name}: ${error?.kind ?? ''}: ${error?.text ?? ''}`);
    return value;
  }
}
