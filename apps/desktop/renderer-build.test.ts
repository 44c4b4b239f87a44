// The built pages: small, hashed, and without anything that a strict content security policy forbids.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { buildRenderer, LARGEST_PROMPT_GZIP_BYTES, PAGES } from './renderer-build.ts';
import type { PageSizes } from './renderer-build.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-pages-'));
let sizes: PageSizes;
let assets: readonly string[];

before(async () => {
  sizes = await buildRenderer(folder);
  assets = readdirSync(join(folder, 'assets'));
});

after(() => rmSync(folder, { recursive: true }));

function read(...path: readonly string[]): string {
  return readFileSync(join(folder, ...path), 'utf8');
}

describe('a built page', () => {
  for (const page of PAGES)
    test(`${page}.html has no inline script or style, and loads only files beside it`, () => {
      const html = read(`${page}.html`);
      assert.match(html, /content="default-src 'none';/);
      assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|javascript:|data:/i);
      for (const [, attributes, content] of html.matchAll(/<script([^>]*)>([^<]*)<\/script>/g)) {
        assert.match(attributes ?? '', / src="\.\/assets\//);
        assert.equal(content, '');
      }
      const loaded = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, path]) => path ?? '');
      assert.ok(loaded.length >= 2);
      for (const path of loaded) assert.match(path, /^\.\/assets\//);
    });

  test('loads files whose names change with their content', () => {
    assert.ok(assets.length >= 3);
    for (const name of assets) assert.match(name, /^[\w-]+-[\w-]{8}\.(?:js|css)$/);
  });

  test('has code that needs no eval, and no schemas', () => {
    for (const name of assets.filter((asset) => asset.endsWith('.js'))) {
      assert.doesNotMatch(read('assets', name), /\beval\(|new Function\(|ZodError/, name);
      assert.doesNotMatch(read('assets', name), /react-dom[\w.-]*development/, name);
    }
  });

  test('of a prompt is loaded at once', () => {
    assert.ok(sizes.prompt > 1000 && sizes.prompt <= LARGEST_PROMPT_GZIP_BYTES, `${sizes.prompt} bytes`);
  });
});
