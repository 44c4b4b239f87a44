// Pages as both shells send them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_PREFERENCES } from '../shared/preference-defaults.ts';
import { contentFor } from './page-preferences.ts';

const PAGE = {
  contentType: 'text/html; charset=utf-8',
  content: Buffer.from('<!doctype html>\n<html lang="en">\n  <head>\n    <title>x</title>'),
};
const served = (changes: Partial<typeof DEFAULT_PREFERENCES>): string =>
  contentFor(PAGE, { preferences: { chosen: { ...DEFAULT_PREFERENCES, ...changes } } }).toString();

test('a page that nobody chose anything for looks as the desktop does', () => {
  assert.match(served({}), /<html lang="en">/);
});

test('a page has what was chosen on its root, and all of it as JSON that no quote ends', () => {
  const html = served({ theme: 'light', contrast: 'more', language: 'zh-Hans' });
  assert.match(html, /<html lang="zh-Hans" data-theme="light" data-contrast="more">/);
  const [, content = ''] = /<meta name="sallyport-preferences" content="([^"<>]*)" \/>/.exec(html) ?? [];
  const chosen: unknown = JSON.parse(content.replaceAll('&quot;', '"'));
  assert.deepEqual(chosen, { ...DEFAULT_PREFERENCES, theme: 'light', contrast: 'more', language: 'zh-Hans' });
});

test('other files, and pages before anything is known, are sent as they are', () => {
  const script = { contentType: 'text/javascript; charset=utf-8', content: Buffer.from('<html><head>') };
  const preferences = { chosen: DEFAULT_PREFERENCES };
  assert.equal(contentFor(script, { preferences }), script.content);
  assert.equal(contentFor(PAGE, {}), PAGE.content);
});
