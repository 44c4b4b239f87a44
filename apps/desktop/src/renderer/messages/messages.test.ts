// Every language says everything: each message is there, is well formed, and has the placeholders of the English one.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse, TYPE } from '@formatjs/icu-messageformat-parser';
import type { MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { trayCatalogs } from '../../main/messages/tray-catalogs.ts';
import { LANGUAGES } from '../../shared/languages.ts';
import type { Catalog, Catalogs } from '../../shared/languages.ts';
import { mainCatalogs } from './main-catalogs.ts';
import { promptCatalogs } from './prompt-catalogs.ts';

const PAGES: readonly (readonly [string, Catalogs])[] = [
  ['tray', trayCatalogs],
  ['prompt', promptCatalogs],
  ['main', mainCatalogs],
];

/** `name`, and for a choice its kind; the options of a select, which are values of the program, too. */
function placeholders(elements: readonly MessageFormatElement[]): readonly string[] {
  return elements.flatMap((element) => {
    if (element.type === TYPE.literal || element.type === TYPE.pound) return [];
    if (element.type === TYPE.select)
      return [
        `${element.value} select ${Object.keys(element.options).sort().join(' ')}`,
        ...Object.values(element.options).flatMap((option) => placeholders(option.value)),
      ];
    if (element.type === TYPE.plural)
      return [
        element.value,
        ...Object.values(element.options).flatMap((option) => placeholders(option.value)),
      ];
    if (element.type === TYPE.tag) return [`<${element.value}>`, ...placeholders(element.children)];
    return [element.value];
  });
}

function placeholdersOf(text: string): readonly string[] {
  return [...new Set(placeholders(parse(text)))].sort();
}

function problems(english: Catalog, translated: Catalog): readonly string[] {
  const missing = Object.keys(english).filter((id) => (translated[id] ?? '').trim() === '');
  const unknown = Object.keys(translated).filter((id) => english[id] === undefined);
  const different = Object.keys(english).filter(
    (id) =>
      translated[id] !== undefined &&
      placeholdersOf(english[id] ?? '').join() !== placeholdersOf(translated[id]).join(),
  );
  return [
    ...missing.map((id) => `${id} is missing`),
    ...unknown.map((id) => `${id} is unknown`),
    ...different.map((id) => `${id} has other placeholders`),
  ];
}

/** Forms of counts that no option is for. An exact `=1` stands for English's `one`. */
function missingForms(tag: string, elements: readonly MessageFormatElement[]): readonly string[] {
  const rules = new Intl.PluralRules(tag);
  return elements.flatMap((element) => {
    if (element.type === TYPE.tag) return missingForms(tag, element.children);
    if (element.type !== TYPE.plural && element.type !== TYPE.select) return [];
    const nested = Object.values(element.options).flatMap((option) => missingForms(tag, option.value));
    if (element.type === TYPE.select) return nested;
    const exact = Object.keys(element.options).filter((key) => key.startsWith('='));
    const given = new Set([
      ...Object.keys(element.options),
      ...(tag === 'en' ? exact.map((key) => rules.select(Number(key.slice(1)))) : []),
    ]);
    return [...rules.resolvedOptions().pluralCategories.filter((form) => !given.has(form)), ...nested];
  });
}

describe('the messages', () => {
  for (const [page, catalogs] of PAGES)
    for (const { tag } of LANGUAGES)
      test(`of ${page} in ${tag} are complete`, () => {
        assert.ok(Object.keys(catalogs.en).length > 20);
        assert.deepEqual(problems(catalogs.en, catalogs[tag]), []);
      });

  test('are found incomplete when one lacks, has too much, or has another placeholder', () => {
    const english = { a: 'Waits for {app}', b: '{n, plural, one {#} other {#}}', c: 'x' };
    assert.deepEqual(problems(english, { a: 'Wartet auf {App}', b: '{n}', d: 'y' }), [
      'c is missing',
      'd is unknown',
      'a has other placeholders',
    ]);
  });

  test('have every plural form that their language knows', () => {
    for (const [, catalogs] of PAGES)
      for (const { tag } of LANGUAGES)
        for (const [id, text] of Object.entries(catalogs[tag]))
          assert.deepEqual(missingForms(tag, parse(text)), [], `${tag} ${id}`);
    assert.deepEqual(missingForms('en', parse('{n, plural, =1 {} other {}}')), []);
    assert.deepEqual(missingForms('pl', parse('{n, plural, one {} other {}}')), ['few', 'many']);
  });

  test('are all used', () => {
    const folder = join(import.meta.dirname, '..');
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path) && !/messages|\.test\./.test(path))
      .map((path) => readFileSync(join(folder, path), 'utf8'))
      .join('\n');
    const unused = Object.keys(mainCatalogs.en).filter((id) => !isUsed(sources, id));
    assert.deepEqual(unused, []);
  });
});

/** As itself, or as a template whose fixed beginning is one of its prefixes. */
function isUsed(sources: string, id: string): boolean {
  if (sources.includes(`'${id}'`) || sources.includes(`"${id}"`)) return true;
  const cuts = [...id.matchAll(/[.-]/g)].map((match) => id.slice(0, match.index + 1));
  return cuts.some((prefix) => sources.includes(`\`${prefix}\${`)) || sources.includes('`${id}`');
}
