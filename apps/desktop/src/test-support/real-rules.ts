// A DesktopHost before the agent's API with the agent's own rules behind it: real files in a folder of the test.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeFirewall } from '../../../agent/src/api/testing/fake-firewall.ts';
import { RulesBook } from '../../../agent/src/rules-book.ts';
import { RulesStore } from '../../../agent/src/rules/rules-store.ts';
import { startHosting } from './hosting.ts';
import type { Hosting } from './hosting.ts';

export interface RealRules extends AsyncDisposable {
  readonly hosting: Hosting;
  readonly book: RulesBook;
  /** Where the rule files are. */
  readonly directory: string;
}

class FirewallWithRules extends FakeFirewall {
  override readonly rules: RulesBook;

  constructor(book: RulesBook) {
    super();
    this.rules = book;
  }
}

export async function startRealRules(): Promise<RealRules> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-desktop-rules-'));
  const directory = join(folder, 'rules');
  const store = RulesStore.open({
    directory,
    stateDirectory: join(folder, 'state'),
    resolveUser: () => undefined,
    nowMs: Date.now,
    onChange: (change) => book.announce(change),
  });
  const book: RulesBook = new RulesBook({
    store,
    directory,
    nowMs: Date.now,
    events: { emit: (event) => firewall.tell(event) },
    isAlive: () => true,
  });
  const firewall = new FirewallWithRules(book);
  const hosting = await startHosting({ firewall });
  return {
    hosting,
    book,
    directory,
    [Symbol.asyncDispose]: async () => {
      await hosting[Symbol.asyncDispose]();
      store.close();
      rmSync(folder, { recursive: true });
    },
  };
}
