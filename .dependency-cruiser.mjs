// The arrows between folders, as docs/architecture.md draws them. `npm run lint` enforces them; scripts/arrows.test.mjs shows
// that each rule catches what it forbids. Rules hold for types as well: a type import is an arrow like any other.

const AGENT = '^apps/agent/src/';
// Files that only tests and benches load. They may use node:*, fast-check and each other's support, but keep the arrows.
const TEST_SUPPORT =
  '\\.(test|property\\.test|arbitrary|fake|bench)\\.tsx?$|/reference-[^/]+\\.ts$|/(fixtures?|test-support)/|^native/[^/]+/(test|bench|fuzz)/|^test/|^scripts/';
const OWN_DOMAIN = `${AGENT}domain/`;
const DESKTOP = '^apps/desktop/src/';
// Files of the desktop that load zod; pages take their types only.
const DESKTOP_SCHEMAS = `${DESKTOP}shared/(app-look|model|preferences|report|state|traffic|user|desktop-api|window-contract)\\.ts$`;
const ELECTRON = '^electron(/|$)|node_modules/electron/';
const PACKAGE_INDEX = '^(native/[^/]+|proto)/index\\.ts$';

/** A native addon may be imported by one folder of the agent; besides by its own and other addons, tests and scripts. */
function oneImporter(addon, folder) {
  return {
    name: `native-${addon}-has-one-importer`,
    comment: `Only ${folder}/ imports native/${addon}: everybody else uses that folder's interface.`,
    severity: 'error',
    from: { pathNot: `^native/|${AGENT}${folder}/|^test/|^scripts/|^bpf/|\\.test\\.ts$` },
    to: { path: `^native/${addon}/` },
  };
}

function forbid(name, { comment, from, to }) {
  return { name, comment, severity: 'error', from, to };
}

export default {
  forbidden: [
    forbid('domain-imports-nothing', {
      comment: 'The vocabulary stands alone: no other folder, no node:*, no package.',
      from: { path: OWN_DOMAIN, pathNot: TEST_SUPPORT },
      to: { pathNot: OWN_DOMAIN },
    }),
    forbid('policy-imports-domain-only', {
      comment: 'The policy is pure and synchronous: what it needs to know comes as an argument.',
      from: { path: `${AGENT}policy/`, pathNot: TEST_SUPPORT },
      to: { pathNot: `${AGENT}(policy|domain)/` },
    }),
    forbid('domain-and-policy-tests-stay-inside', {
      comment: 'Tests of domain and policy may use node:* and packages, but no other folder of ours.',
      from: { path: `${AGENT}(domain|policy)/` },
      to: { path: '^(apps|native|proto|test|bpf|scripts)/', pathNot: `${AGENT}(policy|domain)/` },
    }),
    forbid('domain-knows-no-policy', {
      comment: 'domain is below policy, in tests too.',
      from: { path: OWN_DOMAIN },
      to: { path: AGENT, pathNot: OWN_DOMAIN },
    }),
    forbid('agent-folders-do-not-meet', {
      comment:
        'A folder of the agent imports domain, platform and itself. Folders meet in pipeline.ts and main.ts, through interfaces that the consumer declares.',
      from: { path: `${AGENT}([^/]+)/`, pathNot: `${AGENT}(domain|policy)/` },
      to: { path: AGENT, pathNot: `${AGENT}($1|domain|platform)/` },
    }),
    forbid('platform-is-below-the-other-folders', {
      comment: 'platform serves the other folders and knows only domain.',
      from: { path: `${AGENT}platform/` },
      to: { path: AGENT, pathNot: `${AGENT}(platform|domain)/` },
    }),
    forbid('agent-imports-no-front-end', {
      comment: 'The agent knows its clients by the API only.',
      from: { path: '^(apps/agent|native|proto)/' },
      to: { path: '^apps/(?!agent/)' },
    }),
    forbid('only-api-knows-the-wire', {
      comment: 'Wire types end in api/; everything else in the agent speaks the vocabulary of domain/.',
      from: { path: '^apps/agent/', pathNot: `${AGENT}api/` },
      to: { path: '^proto/|node_modules/(@grpc|protobufjs)/' },
    }),
    oneImporter('nfqueue', 'capture'),
    oneImporter('bpf-loader-napi', 'kernel'),
    oneImporter('linux', 'platform'),
    forbid('native-and-proto-are-leaves', {
      comment: 'Addons and the wire know nothing of the agent or its clients.',
      from: { path: '^(native|proto)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(apps|test|scripts)/' },
    }),
    forbid('cli-imports-proto-only', {
      comment:
        'The CLI is a client of the API: it imports @sallyport/proto, the vocabulary of domain/ and itself.',
      from: { path: '^apps/cli/', pathNot: TEST_SUPPORT },
      to: { path: '^(apps|native|test|scripts|bpf)/', pathNot: `^apps/cli/|${OWN_DOMAIN}` },
    }),
    forbid('desktop-is-a-client-of-the-api', {
      comment:
        'The desktop imports @sallyport/proto, in host/ alone, and itself. Its tests may serve the API for real.',
      from: { path: '^apps/desktop/', pathNot: TEST_SUPPORT },
      to: { path: '^(apps|native|test|scripts|bpf)/', pathNot: '^apps/desktop/' },
    }),
    forbid('only-the-host-knows-the-wire', {
      comment: 'Wire types end in host/; everything else in the desktop speaks of what shared/ defines.',
      from: { path: '^apps/desktop/', pathNot: [`${DESKTOP}host/`, TEST_SUPPORT] },
      to: { path: '^proto/|node_modules/(@grpc|protobufjs)/' },
    }),
    forbid('desktop-shared-stands-alone', {
      comment: 'Every side of the desktop loads shared/, so it imports nothing but itself and zod.',
      from: { path: `${DESKTOP}shared/`, pathNot: TEST_SUPPORT },
      to: { pathNot: `${DESKTOP}shared/|node_modules/zod/` },
    }),
    forbid('desktop-pages-and-preload-import-shared-only', {
      comment:
        'Pages, preload and the bridge of the web shell know their host by the contract in shared/ only.',
      from: { path: `${DESKTOP}(renderer|preload|web-bridge)/`, pathNot: TEST_SUPPORT },
      to: { path: '^apps/', pathNot: `${DESKTOP}($1|shared)/` },
    }),
    forbid('desktop-hosts-do-not-meet', {
      comment: 'main/ and web/ import host/ and shared/; host/ imports shared/ and serves both alike.',
      from: { path: `${DESKTOP}(main|web|host)/`, pathNot: TEST_SUPPORT },
      to: { path: DESKTOP, pathNot: `${DESKTOP}($1|host|shared)/` },
    }),
    forbid('desktop-host-is-below-its-shells', {
      comment: 'host/ serves main/ and web/ and knows neither.',
      from: { path: `${DESKTOP}host/`, pathNot: TEST_SUPPORT },
      to: { path: DESKTOP, pathNot: `${DESKTOP}(host|shared)/` },
    }),
    forbid('desktop-pages-see-no-node', {
      comment:
        'Pages and the bridge run in a browser, the preload in a sandbox: there is no node:* in any of them.',
      from: { path: `${DESKTOP}(renderer|preload|web-bridge)/`, pathNot: TEST_SUPPORT },
      to: { dependencyTypes: ['core'] },
    }),
    forbid('electron-in-main-and-preload-only', {
      comment: 'Everything else runs without Electron, in the web shell and in tests.',
      from: { pathNot: `${DESKTOP}(main|preload)/` },
      to: { path: ELECTRON },
    }),
    forbid('desktop-pages-load-no-schemas', {
      comment:
        'Arguments are checked at the edge of the host; a page that loaded zod would be slower to show a question.',
      from: { path: `${DESKTOP}(renderer|shared|web-bridge)/`, pathNot: [DESKTOP_SCHEMAS, TEST_SUPPORT] },
      to: {
        path: `${DESKTOP_SCHEMAS}|node_modules/zod/`,
        dependencyTypesNot: ['type-only'],
      },
    }),
    forbid('packages-have-one-door', {
      comment: 'What a package does not export from its index is its own business.',
      from: { path: '^(native/[^/]+|proto)/', pathNot: '^test/' },
      to: { path: '^(native/[^/]+|proto)/', pathNot: [PACKAGE_INDEX, '^$1/'] },
    }),
    forbid('apps-use-the-door', {
      comment: 'What a package does not export from its index is its own business.',
      from: { path: '^(apps|test)/' },
      to: { path: '^(native/[^/]+|proto)/', pathNot: `${PACKAGE_INDEX}|/test/|/fixtures?/` },
    }),
    forbid('product-imports-no-test-support', {
      comment: 'Fakes, arbitraries, fixtures and tests are loaded by tests only.',
      from: { pathNot: TEST_SUPPORT },
      to: { path: TEST_SUPPORT, pathNot: 'node_modules/' },
    }),
    forbid('no-development-package-in-the-product', {
      comment:
        'What runs installed must be a dependency, not a devDependency. Electron is what the application runs in.',
      from: { path: '^(apps|native|proto)/', pathNot: `${TEST_SUPPORT}|^apps/desktop/[^/]+\\.ts$` },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/(@types|electron)/',
      },
    }),
    forbid('no-unlisted-package', {
      comment: 'Every package that is imported stands in a package.json of ours.',
      from: { path: '^(apps|native|proto|test)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    }),
    forbid('everything-resolves', {
      comment: 'An import that leads nowhere.',
      from: {},
      to: { couldNotResolve: true },
    }),
    forbid('no-cycles', {
      comment:
        'Two files that need each other at run time are one file, or lack a third. Two types may name each other.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    }),
    forbid('no-barrels', {
      comment: "Only a package's public index re-exports.",
      from: {},
      to: { path: '(^|/)index\\.(ts|mjs|js)$', pathNot: `${PACKAGE_INDEX}|node_modules/` },
    }),
    forbid('no-orphans', {
      comment: 'A file that nothing imports and that imports nothing is dead.',
      from: {
        orphan: true,
        pathNot: `${TEST_SUPPORT}|/main\\.tsx?$|\\.d\\.ts$|^apps/agent/node-flags\\.mjs$|^native/other-build\\.mjs$`,
      },
      to: {},
    }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/build/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mts', '.mjs', '.js', '.json', '.d.ts'],
    },
  },
};
