// Names of containers in the ids of Apps: whatever a runtime says, an id reads back as what it was made of.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { appOf } from './app.ts';
import {
  containerPart,
  containerText,
  isContainerName,
  isWholeContainer,
  readContainerApp,
  RUNTIMES,
} from './container.ts';
import type { Container } from './container.ts';

const part = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,20}$/);
const name = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const container: fc.Arbitrary<Container> = fc.record({
  runtime: fc.constantFrom(...RUNTIMES),
  uid: fc.option(fc.nat(), { nil: undefined }),
  id: fc.stringMatching(/^[0-9a-f]{64}$/),
  name: fc.option(name, { nil: undefined }),
  image: fc.constant(undefined),
});

describe('the id of an App in a container', () => {
  test('reads back as container and path', () => {
    const path = fc.string().map((text) => `/${text}`);
    fc.assert(
      fc.property(container, path, (one, place) => {
        const { id } = appOf({ kind: 'container', container: one, path: place });
        assert.deepEqual(readContainerApp(id), { isNamed: one.name !== undefined, path: place });
        assert.equal(id, `${containerText(one)}:${place}`);
      }),
    );
  });

  test('is another one for another container, user or runtime', () => {
    fc.assert(
      fc.property(container, container, (one, other) => {
        const parts = ({ runtime, uid, id, name: called }: Container) => [runtime, uid, called ?? { id }];
        const isSame = JSON.stringify(parts(one)) === JSON.stringify(parts(other));
        assert.equal(containerText(one) === containerText(other), isSame);
      }),
    );
  });

  test('is read without a fault from any text', () => {
    const prefix = fc.constantFrom('container:docker/', 'container:', 'container:lxc@1/a:', '');
    fc.assert(
      fc.property(prefix, fc.string({ unit: 'binary' }), (start, rest) => {
        const read = readContainerApp(start + rest);
        const end = read?.path === undefined ? '' : `:${read.path}`;
        assert.ok((start + rest).endsWith(end));
      }),
    );
  });
});

test('the container of an id is what stands before the path, and a container alone is its own', () => {
  fc.assert(
    fc.property(container, fc.string(), (one, text) => {
      const whole = containerText(one);
      assert.equal(containerPart(`${whole}:/${text}`), whole);
      assert.equal(containerPart(whole), whole);
      assert.ok(isWholeContainer(whole) && !isWholeContainer(`${whole}:/${text}`));
      assert.deepEqual(readContainerApp(whole), { isNamed: one.name !== undefined, path: undefined });
    }),
  );
  for (const app of [
    '/container:docker/web',
    'memfd:container:docker/web',
    'deleted:/container:a',
    'unknown',
  ])
    assert.equal(containerPart(app), undefined, app);
});

test('a name with a colon, a space, a line break, an invisible character or four parts is none', () => {
  for (const text of ['', 'a:b', 'a b', 'a\n', '\u200ba', '-a', '../a', 'a/', '/a', 'a/b/c/d', 'id=a'])
    assert.equal(isContainerName(text), false, text);
  for (const text of ['web', 'shop_db.1', 'default/web-0/nginx']) assert.equal(isContainerName(text), true);
  assert.equal(isContainerName('a'.repeat(301)), false);
});
