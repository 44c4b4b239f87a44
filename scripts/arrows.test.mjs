// Each rule of .dependency-cruiser.mjs catches what it forbids: a small repository with one violation of each, and one with none.
import { deepEqual } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { nodeBinary, rootFolder } from './setup/privileges.mjs';

const AGENT = 'apps/agent/src';
const DESKTOP = 'apps/desktop/src';
const PACKAGES = {
  nfqueue: 'native/nfqueue',
  'bpf-loader-napi': 'native/bpf-loader-napi',
  '@sallyport/linux': 'native/linux',
  '@sallyport/proto': 'proto',
};

// Everything that the layout allows, from types to addons.
const ALLOWED = {
  [`${AGENT}/main.ts`]: "import './pipeline.ts'; import './api/server.ts'; import './kernel/programs.ts';",
  [`${AGENT}/pipeline.ts`]:
    "import './capture/capture.ts'; import './policy/evaluate.ts'; import './domain/rule.ts';",
  [`${AGENT}/domain/rule.ts`]: "import type { A } from './app.ts'; export type R = A;",
  [`${AGENT}/domain/app.ts`]: 'export type A = string;',
  [`${AGENT}/policy/evaluate.ts`]: "import type { R } from '../domain/rule.ts'; export type E = R;",
  [`${AGENT}/policy/evaluate.test.ts`]: "import 'node:test'; import './evaluate.ts';",
  [`${AGENT}/platform/clock.ts`]: "import '@sallyport/linux'; import 'node:fs';",
  [`${AGENT}/capture/capture.ts`]:
    "import 'nfqueue'; import '../platform/clock.ts'; import '../domain/rule.ts';",
  [`${AGENT}/kernel/programs.ts`]: "import 'bpf-loader-napi';",
  [`${AGENT}/api/server.ts`]: "import '@sallyport/proto'; import '../domain/rule.ts';",
  'apps/cli/src/main.ts': "import '@sallyport/proto';",
  [`${DESKTOP}/shared/model.ts`]: "import 'zod'; export type M = string;",
  [`${DESKTOP}/shared/reduce.ts`]: "import type { M } from './model.ts'; export type R = M;",
  [`${DESKTOP}/host/desktop-host.ts`]:
    "import '@sallyport/proto'; import '../shared/model.ts'; import 'node:fs';",
  [`${DESKTOP}/host/desktop-host.test.ts`]:
    "import '../../../agent/src/api/server.ts'; import './desktop-host.ts';",
  [`${DESKTOP}/main/main.ts`]:
    "import 'electron'; import '../host/desktop-host.ts'; import '../shared/model.ts';",
  [`${DESKTOP}/preload/preload.ts`]: "import 'electron'; import '../shared/reduce.ts';",
  [`${DESKTOP}/web/main.ts`]: "import '../host/desktop-host.ts'; import '../shared/model.ts';",
  [`${DESKTOP}/web-bridge/entry.ts`]: "import '../shared/reduce.ts';",
  [`${DESKTOP}/renderer/main.tsx`]:
    "import '../shared/reduce.ts'; import './view.tsx'; import type { M } from '../shared/model.ts'; export type V = M;",
  [`${DESKTOP}/renderer/view.tsx`]: 'export const view = <p>text</p>;',
  'node_modules/zod/index.js': 'module.exports = {};',
  'node_modules/zod/package.json': '{ "name": "zod", "main": "index.js" }',
  'node_modules/electron/index.js': 'module.exports = {};',
  'node_modules/electron/package.json': '{ "name": "electron", "main": "index.js" }',
  'test/kernel/flow.test.ts': "import '../../apps/agent/src/pipeline.ts'; import '@sallyport/linux';",
};

const VIOLATIONS = [
  ['domain-imports-nothing', `${AGENT}/domain/a.ts`, "import 'node:fs';"],
  [
    'domain-imports-nothing',
    `${AGENT}/domain/b.ts`,
    "import type { C } from '../platform/clock.ts'; export type B = C;",
  ],
  ['domain-knows-no-policy', `${AGENT}/domain/c.test.ts`, "import '../policy/evaluate.ts';"],
  ['policy-imports-domain-only', `${AGENT}/policy/a.ts`, "import 'node:fs';"],
  ['domain-and-policy-tests-stay-inside', `${AGENT}/policy/b.test.ts`, "import '../capture/capture.ts';"],
  ['agent-folders-do-not-meet', `${AGENT}/capture/a.ts`, "import '../kernel/programs.ts';"],
  ['agent-folders-do-not-meet', `${AGENT}/names/a.ts`, "import '../pipeline.ts';"],
  [
    'agent-folders-do-not-meet',
    `${AGENT}/history/a.ts`,
    "import type { E } from '../policy/evaluate.ts'; export type H = E;",
  ],
  ['platform-is-below-the-other-folders', `${AGENT}/platform/a.ts`, "import '../capture/capture.ts';"],
  ['agent-imports-no-front-end', `${AGENT}/a.ts`, "import '../../cli/src/main.ts';"],
  [
    'only-api-knows-the-wire',
    `${AGENT}/prompts/a.ts`,
    "import type { W } from '@sallyport/proto'; export type P = W;",
  ],
  ['only-api-knows-the-wire', `${AGENT}/b.ts`, "import '@sallyport/proto';"],
  ['native-nfqueue-has-one-importer', `${AGENT}/c.ts`, "import 'nfqueue';"],
  ['native-bpf-loader-napi-has-one-importer', `${AGENT}/correlator/a.ts`, "import 'bpf-loader-napi';"],
  ['native-linux-has-one-importer', `${AGENT}/firewall/a.ts`, "import '@sallyport/linux';"],
  ['native-and-proto-are-leaves', 'native/nfqueue/a.ts', "import '../../apps/agent/src/domain/rule.ts';"],
  ['cli-imports-proto-only', 'apps/cli/src/a.ts', "import '../../agent/src/policy/evaluate.ts';"],
  ['cli-imports-proto-only', 'apps/cli/src/b.ts', "import '@sallyport/linux';"],
  ['desktop-is-a-client-of-the-api', `${DESKTOP}/host/a.ts`, "import '../../../agent/src/domain/rule.ts';"],
  ['desktop-is-a-client-of-the-api', `${DESKTOP}/web/a.ts`, "import '../../../cli/src/main.ts';"],
  [
    'only-the-host-knows-the-wire',
    `${DESKTOP}/shared/a.ts`,
    "import type { W } from '@sallyport/proto'; export type P = W;",
  ],
  ['only-the-host-knows-the-wire', `${DESKTOP}/main/a.ts`, "import '@sallyport/proto';"],
  ['desktop-shared-stands-alone', `${DESKTOP}/shared/b.ts`, "import 'node:fs';"],
  ['desktop-shared-stands-alone', `${DESKTOP}/shared/c.ts`, "import '../host/desktop-host.ts';"],
  [
    'desktop-pages-and-preload-import-shared-only',
    `${DESKTOP}/renderer/a.tsx`,
    "import '../host/desktop-host.ts';",
  ],
  ['desktop-pages-and-preload-import-shared-only', `${DESKTOP}/preload/a.ts`, "import '../main/main.ts';"],
  ['desktop-pages-and-preload-import-shared-only', `${DESKTOP}/web-bridge/a.ts`, "import '../web/main.ts';"],
  ['desktop-hosts-do-not-meet', `${DESKTOP}/main/b.ts`, "import '../web/main.ts';"],
  ['desktop-hosts-do-not-meet', `${DESKTOP}/web/b.ts`, "import '../renderer/view.tsx';"],
  ['desktop-host-is-below-its-shells', `${DESKTOP}/host/b.ts`, "import '../web/main.ts';"],
  ['desktop-pages-see-no-node', `${DESKTOP}/renderer/b.ts`, "import 'node:fs';"],
  ['desktop-pages-see-no-node', `${DESKTOP}/preload/b.ts`, "import 'node:fs';"],
  ['desktop-pages-see-no-node', `${DESKTOP}/web-bridge/b.ts`, "import 'node:fs';"],
  ['electron-in-main-and-preload-only', `${DESKTOP}/renderer/c.tsx`, "import 'electron';"],
  ['electron-in-main-and-preload-only', `${DESKTOP}/host/c.ts`, "import 'electron';"],
  ['desktop-pages-load-no-schemas', `${DESKTOP}/renderer/d.ts`, "import '../shared/model.ts';"],
  ['desktop-pages-load-no-schemas', `${DESKTOP}/web-bridge/c.ts`, "import '../shared/model.ts';"],
  ['desktop-pages-load-no-schemas', `${DESKTOP}/shared/d.ts`, "import 'zod';"],
  ['packages-have-one-door', 'native/linux/a.ts', "import '../nfqueue/inside.ts';"],
  ['apps-use-the-door', 'apps/cli/src/c.ts', "import '../../../proto/inside.ts';"],
  ['product-imports-no-test-support', `${AGENT}/rules/a.ts`, "import './b.fake.ts';"],
  ['no-unlisted-package', 'apps/cli/src/d.ts', "import 'unlisted';"],
  ['no-development-package-in-the-product', 'apps/cli/src/h.ts', "import 'for-tests';"],
  ['everything-resolves', 'apps/cli/src/e.ts', "import './nowhere.ts';"],
  ['no-cycles', `${AGENT}/rules/c.ts`, "import './d.ts';"],
  ['no-barrels', 'apps/cli/src/f.ts', "import './view/index.ts';"],
  ['no-orphans', 'apps/cli/src/g.ts', 'export const g = 1;'],
];
// What the violations point at.
const TARGETS = {
  [`${AGENT}/rules/b.fake.ts`]: 'export const b = 1;',
  [`${AGENT}/rules/d.ts`]: "import './c.ts';",
  'apps/cli/src/view/index.ts': "export * from '../main.ts';",
  'node_modules/for-tests/index.js': 'module.exports = {};',
  'node_modules/for-tests/package.json': '{ "name": "for-tests", "main": "index.js" }',
  'node_modules/unlisted/index.js': 'module.exports = {};',
  'node_modules/unlisted/package.json': '{ "name": "unlisted", "main": "index.js" }',
};

test('a repository that keeps the layout has no violation', () => {
  deepEqual(violationsOf({}), []);
});

test('every forbidden arrow is caught by its rule', () => {
  const found = violationsOf({
    ...Object.fromEntries(VIOLATIONS.map(([, file, text]) => [file, text])),
    ...TARGETS,
  });
  const missed = VIOLATIONS.filter(([rule, file]) => !found.includes(`${rule} ${file}`));
  deepEqual(missed, [], `found only:\n${found.join('\n')}`);
});

test('every rule has a violation here', async () => {
  const { default: configuration } = await import(join(rootFolder, '.dependency-cruiser.mjs'));
  const shown = new Set(VIOLATIONS.map(([rule]) => rule));
  const unshown = configuration.forbidden.map((rule) => rule.name).filter((name) => !shown.has(name));
  deepEqual(unshown, []);
});

/** "RULE FILE" for each violation in a repository of the allowed files and these. */
function violationsOf(files) {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-arrows-'));
  try {
    writeRepository(folder, { ...ALLOWED, ...files });
    const depcruise = join(rootFolder, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
    const words = [
      depcruise,
      '--config',
      '.dependency-cruiser.mjs',
      '--output-type',
      'json',
      'apps',
      'native',
      'proto',
      'test',
    ];
    const { stdout, stderr } = spawnSync(nodeBinary, words, {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 64e6,
    });
    if (!stdout.startsWith('{')) throw new Error(`depcruise failed: ${stdout}${stderr}`);
    return JSON.parse(stdout).summary.violations.map(({ rule, from }) => `${rule.name} ${from}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function writeRepository(folder, files) {
  for (const file of ['.dependency-cruiser.mjs', 'tsconfig.json', 'tsconfig.base.json'])
    cpSync(join(rootFolder, file), join(folder, file));
  write(
    folder,
    'package.json',
    JSON.stringify({
      name: 'small',
      type: 'module',
      dependencies: { zod: '*', electron: '*' },
      devDependencies: { 'for-tests': '*' },
    }),
  );
  for (const [name, path] of Object.entries(PACKAGES)) {
    write(folder, `${path}/package.json`, JSON.stringify({ name, type: 'module', exports: './index.ts' }));
    write(folder, `${path}/index.ts`, "export type W = string; export * from './inside.ts';");
    write(folder, `${path}/inside.ts`, 'export const inside = 1;');
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(folder, path), link);
  }
  for (const [path, text] of Object.entries(files)) write(folder, path, text);
}

function write(folder, path, text) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
