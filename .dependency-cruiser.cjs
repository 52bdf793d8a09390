/** The directions of imports (ARCHITECTURE.md, "Packages"). */
const only = (name, from, to) => ({ name, severity: 'error', from: { path: from, pathNot: '\\.test\\.ts$' }, to: { path: to } })

/** Folders of the server from the ground up: each imports only from levels below its own. */
const serverLevels = [
  ['announcements', 'errors', 'auth'],
  ['http'],
  ['admission', 'config'],
  ['request'],
  ['route-table'],
  ['surfaces'],
  ['capability'],
  [
    'alerting',
    'audit',
    'cache',
    'catalogue',
    'chaos',
    'condense',
    'configuration',
    'docs',
    'events',
    'guardrails',
    'jwt',
    'keys',
    'limits',
    'load-test',
    'memory',
    'metrics',
    'privacy',
    'receipts',
    'recordings',
    'requests',
    'routes',
    'usage',
  ],
  ['state'],
  ['snapshot'],
  ['gateway'],
  ['node'],
]

const upwards = serverLevels.map((folders, level) => {
  const forbidden = serverLevels.slice(level).flat()
  return {
    name: `server-imports-downwards-${folders[0]}`,
    severity: 'error',
    from: { path: `^packages/server/src/(${folders.join('|')})/`, pathNot: '\\.test\\.ts$' },
    to: { path: `^packages/server/src/(${forbidden.join('|')})/`, pathNot: '^packages/server/src/$1/' },
  }
})

/** A folder without a level would escape the rule. */
const unlisted = {
  name: 'server-folder-has-a-level',
  severity: 'error',
  from: {},
  to: { path: '^packages/server/src/[^/]+/', pathNot: `^packages/server/src/(${serverLevels.flat().join('|')})/` },
}

module.exports = {
  forbidden: [
    ...upwards,
    unlisted,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    only('core-stands-alone', '^packages/core/src', '^(packages/(context|logging|server)|apps)/'),
    only('context-stands-alone', '^packages/context/src', '^(packages/(core|logging|server)|apps)/'),
    only('logging-stands-alone', '^packages/logging/src', '^(packages/(core|context|server)|apps)/'),
    only('server-knows-no-app', '^packages/server/src', '^apps/'),
    {
      name: 'core-runs-anywhere',
      severity: 'error',
      from: { path: '^packages/core/src', pathNot: '(^packages/core/src/node|\\.test\\.ts$)' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'context-runs-anywhere',
      severity: 'error',
      from: { path: '^packages/context/src', pathNot: '(^packages/context/src/node|\\.(test|bench)\\.ts$)' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'only-server-knows-hono',
      severity: 'error',
      from: { path: '^packages/(core|context|logging)/src' },
      to: { path: 'node_modules/(hono|@hono)' },
    },
    only('dialects-do-no-io', '^packages/core/src/dialects', '^packages/core/src/(transport|engine|routing|providers|call|stream|node)/'),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(dist|__fixtures__)/' },
    enhancedResolveOptions: { conditionNames: ['@proxyapi/source', 'import', 'node', 'default'] },
  },
}
