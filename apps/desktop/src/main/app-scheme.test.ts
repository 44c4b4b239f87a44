// app://: what is served, what is not, and under which policy.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ICON_POLICY, RESPONSE_HEADERS } from '../host/response-headers.ts';
import { INITIAL_STATE } from '../shared/reduce.ts';
import { isOwnUrl, isPageUrl, pageResponse, pageUrl } from './app-scheme.ts';

const FILES = new Map([
  ['/prompt.html', { contentType: 'text/html; charset=utf-8', content: Buffer.from('page') }],
]);
const ICON = { contentType: 'image/png', content: Buffer.from('icon') };
const PAGES = {
  files: FILES,
  state: () => INITIAL_STATE,
  appIcon: (path: string) => (path === '/app-icons/abc' ? ICON : undefined),
};
const get = (url: string): Response => pageResponse(PAGES, { method: 'GET', url });

describe('app://', () => {
  test('serves a page with its type and the policy of the web shell', async () => {
    const response = get(pageUrl('prompt', 'later'));
    assert.equal(response.status, 200);
    assert.equal(await response.text(), 'page');
    assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8');
    for (const [name, value] of RESPONSE_HEADERS) assert.equal(response.headers.get(name), value);
  });

  test('serves the icon of an App under a policy of its own, which lets it do nothing', async () => {
    const response = get('app://sallyport/app-icons/abc');
    assert.equal(await response.text(), 'icon');
    assert.equal(response.headers.get('content-type'), 'image/png');
    assert.equal(response.headers.get('content-security-policy'), ICON_POLICY);
    assert.match(ICON_POLICY, /^default-src 'none';.*sandbox$/);
  });

  for (const url of [
    'app://sallyport/app-icons/abd',
    'app://sallyport/',
    'app://sallyport/../prompt.html/x',
    'app://sallyport/%2e%2e/%2e%2e/etc/passwd',
    'app://sallyport/..%2f..%2fetc/passwd',
    'app://sallyport//etc/passwd',
    'app://sallyport/prompt.html%00',
    'app://sallyport/constructor',
  ])
    test(`has nothing at ${url}`, () => {
      const response = get(url);
      assert.equal(response.status, 404);
      assert.ok(response.headers.has('content-security-policy'));
    });

  test('serves other hosts, schemes and methods nothing', () => {
    for (const url of ['app://other/prompt.html', 'file:///prompt.html', 'not a url', ''])
      assert.equal(get(url).status, 405, url);
    assert.equal(pageResponse(PAGES, { method: 'POST', url: pageUrl('prompt') }).status, 405);
  });

  test('knows its pages from everything that only looks like them', () => {
    for (const url of [pageUrl('prompt'), pageUrl('main', 'rules'), `${pageUrl('main')}?x`])
      assert.ok(isPageUrl(url) && isOwnUrl(url), url);
    for (const url of [
      'app://sallyport/other.html',
      'app://sallyport/x/main.html',
      'app://sallyport.example/main.html',
      'app://user@sallyport:1/main.html',
      'https://sallyport/main.html',
      'data:text/html,x',
      'javascript:0',
      '',
    ])
      assert.ok(!isPageUrl(url), url);
  });
});
