// Now over the real path: curl in a namespace appears with what it carried, is denied in place, and the next curl is refused.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Carried } from '../../apps/desktop/src/shared/traffic.ts';
import { waitFor } from '../lab/commands.ts';
import { needsBrowser } from './browser.ts';
import type { PageUnderTest } from './page-under-test.ts';
import { startSurroundings } from './surroundings.ts';

describe('the Now page and the agent', { skip: needsBrowser, timeout: 80_000 }, () => {
  test('curl appears with its bytes, is denied in place, and the next one is refused', async () => {
    await using around = await startSurroundings();
    const { asking, browser } = around;
    const main = await around.openMain('now');
    await main.page.getByText('Nothing goes on').waitFor();

    const curl = around.curl();
    const { id, revision, flows } = await asking.prompt();
    const flowIds = flows.map((flow) => flow.id);
    const answer = { action: 'allow', scope: 'endpoint', lifetime: { kind: 'once' } } as const;
    await asking.call('decide', { promptId: id, revision, flowIds, ...answer });
    assert.equal((await curl).exitCode, 0);

    const app = main.page.locator('[data-row="app"]', { hasText: 'curl' });
    await app.click();
    const endpoint = main.page.locator('[data-row="endpoint"]', { hasText: '1.2.3.4:443' });
    await endpoint.click();
    const flow = main.page.locator('[data-row="flow"]', { hasText: `Port ${flows[0]?.localPort ?? 0}` });
    await flow.getByText(/PID \d+, user 0/).waitFor();
    await app.locator('[data-decided="ask"]').waitFor();
    // History has the same figures: what the kernel counted until curl closed its socket.
    const { bytesIn, bytesOut } = await carriedOf(asking);
    assert.ok(
      Math.min(bytesIn, bytesOut) > 700 && Math.max(bytesIn, bytesOut) < 20_000,
      `${bytesIn}, ${bytesOut}`,
    );
    const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
    await flow.getByText(`${kilobytes(bytesIn)} down, ${kilobytes(bytesOut)} up`).waitFor();

    await endpoint.getByRole('button', { name: 'Deny' }).click();
    await main.page.getByText(/^New rule: /).waitFor();
    await endpoint.locator('[data-decided="deny"]').waitFor();
    await app.locator('[data-decided="deny"]').waitFor();
    assert.equal((await around.curl()).exitCode, 7, 'the rule refuses');
    await app.getByText('1 refused').waitFor();
    await main.page.getByRole('button', { name: 'Undo' }).click();
    await app.locator('[data-decided="ask"]').waitFor();
    assert.deepEqual(main.faults, []);
    assert.deepEqual(browser.outside, []);
  });
});

/** What history says that the latest curl carried, as soon as it does. */
async function carriedOf(asking: PageUnderTest): Promise<Carried> {
  let carried: Carried | undefined;
  await waitFor(
    'the bytes in history',
    async () => {
      const [entry] = await asking.call('listHistory', { limit: 1, port: 443, appPart: 'curl' });
      carried = entry?.carried;
      return carried !== undefined;
    },
    10_000,
  );
  if (carried === undefined) throw new Error('there were bytes a moment ago');
  return carried;
}
