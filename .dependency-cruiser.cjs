// The arrows between folders, made from lists. `npm run check` runs them through scripts/checks/arrows.mjs.

/** From left to right: a folder imports only what stands left of it. Folders on one line do not know each other. */
const ARROWS = [
  ['kernel'],
  ['vendors'],
  ['catalog'],
  ['billing', 'sla'],
  ['boundary'],
  ['entitlements'],
  ['tickets'],
  ['partners', 'community'],
  ['intake'],
  ['insight', 'realtime', 'webhooks', 'pages'],
]

/** Folders outside the line: only root files use them. `demo` works through the product's verbs, so it may look at everything. */
const APART = { embedded: ['embedded'], demo: [...ARROWS.flat(), 'demo'] }

/** Files without a database, a clock or chance: they import each other and nothing else of ours. */
const PURE = [
  'kernel/(money|time|ids)',
  'catalog/(words|complete)',
  'billing/purchase-state',
  'sla/(calendar|calendar-spec|intervals|zone|metric|clock|clock-events|clock-promise|clock-replay|explain-deadline)',
  'boundary/(better|candidates|decide|facts|lint|lint-proof|lint-rule|outcome|policy|statements|stored|simulate)',
  'boundary/condition/[^/]+',
  'entitlements/(posting|draw-order|agreement-order|term)',
  'tickets/ticket-state',
  'partners/routing',
]
const PURE_PACKAGES = ['@marcbachmann/cel-js', 'temporal-polyfill', 'typeid-js']

const anyOf = (names) => `(${names.join('|')})`
const pure = `^src/${anyOf(PURE)}\\.ts$`

const mayUse = new Map(ARROWS.flatMap((group, place) => group.map((folder) => [folder, [...ARROWS.slice(0, place).flat(), folder]])))
for (const [folder, folders] of Object.entries(APART)) mayUse.set(folder, folders)

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

module.exports = {
  forbidden: [
    ...[...mayUse].map(([folder, folders]) =>
      rule(`arrows-${folder}`, `${folder}/ may use: ${folders.join(', ')}`, { path: `^src/${folder}/` }, { path: '^src/', pathNot: `^src/${anyOf(folders)}/` })),
    rule('arrows-unknown', 'name the folder in ARROWS of .dependency-cruiser.cjs', { path: '^src/[^/]+/', pathNot: `^src/${anyOf([...mayUse.keys()])}/` }, {}),
    rule('nobody-imports-the-root', 'root files put everything together; what others need belongs into a folder', { pathNot: '^src/[^/]+\\.ts$' }, { path: '^src/[^/]+\\.ts$' }),
    rule('resolver-of-a-neighbour', 'call its verb', { path: '^src/([^/]+)/' }, { path: '\\.resolver\\.ts$', pathNot: '^src/$1/' }),
    rule('table-of-a-neighbour', 'ask its reads or call its verb; foreign keys may name the table', { path: '^src/([^/]+)/', pathNot: '\\.table\\.ts$' }, { path: '^src/.*\\.table\\.ts$', pathNot: '^src/$1/' }),
    rule('pure-imports-pure', 'hand the value in', { path: pure }, { path: '^(src|plugins|sandbox)/', pathNot: pure }),
    rule('pure-does-nothing-outside', 'no file, no network, no database', { path: pure }, { pathNot: `(^(src|plugins|sandbox)/|(^|/)node_modules/${anyOf(PURE_PACKAGES)}/)` }),
    rule('plugins-know-no-business', 'plugins/ uses kernel/ and packages', { path: '^plugins/' }, { path: '^(src|sandbox)/', pathNot: '^src/kernel/' }),
    rule('sandbox-stands-alone', 'it plays Stripe: it may know nothing of us', { path: '^sandbox/' }, { path: '^(src|plugins)/' }),
    rule('nobody-imports-the-sandbox', 'it is a process of its own', { path: '^(src|plugins)/' }, { path: '^sandbox/' }),
    rule('one-file-knows-stripe', 'M2: ask billing/stripe.ts', { pathNot: '^src/billing/stripe\\.ts$' }, { path: '(^|/)node_modules/stripe/' }),
    rule('no-circle', 'split what both need into a third file', {}, { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }),
    rule('resolves', 'the import leads nowhere', {}, { couldNotResolve: true }),
    rule('declared', 'name the package in dependencies of package.json', { path: '^(src|plugins|sandbox)/' }, { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
}
