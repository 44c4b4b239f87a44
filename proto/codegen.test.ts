// The generated files are those of the .proto that is checked in, and the codecs do what the types say.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { generate } from '../scripts/codegen-proto.ts';
import { loadFirewallService } from './service.ts';

test('proto/gen is what `npm run codegen` writes', async () => {
  for (const [file, text] of await generate())
    assert.equal(readFileSync(file, 'utf8'), text, `${file} is out of date: run \`npm run codegen\``);
});

test('absent scalars have their defaults, absent messages and optional fields are undefined, 64 bits are text', () => {
  const { putRule } = loadFirewallService();
  const { rule } = putRule.requestDeserialize(
    putRule.requestSerialize({
      rule: {
        id: 'a',
        lifetime: { lifetime: 'process', process: { pid: 1, startNs: '18446744073709551615' } },
        matcher: {},
      } as never,
    }),
  );
  assert.equal(rule?.note, '');
  assert.equal(rule.action, 'ACTION_UNSPECIFIED');
  assert.equal(rule.matcher?.uid, undefined);
  assert.deepEqual(rule.matcher?.ports, []);
  assert.ok(
    rule.lifetime?.lifetime === 'process' && rule.lifetime.process.startNs === '18446744073709551615',
  );
  assert.equal(putRule.requestDeserialize(Buffer.alloc(0)).rule, undefined);
});
