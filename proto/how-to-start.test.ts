import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serviceHints } from './how-to-start.ts';

test('an installed agent is started by its unit, one of a checkout by npm', () => {
  const installed = serviceHints((path) => path === '/usr/lib/systemd/system/sallyport.service');
  assert.match(installed.start, /systemctl start sallyport/);
  assert.match(installed.log, /journalctl/);
  const checkout = serviceHints(() => false);
  assert.match(checkout.start, /npm start/);
  assert.match(checkout.log, /npm start/);
});
