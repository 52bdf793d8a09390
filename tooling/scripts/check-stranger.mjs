// A stranger's test: a package outside the workspace, installed from packed tarballs, adds a provider, a cache store, a filter and a route in under
// 40 lines each. It is type-checked, imported and required, and its store passes the contract suite.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environment, pnpmScript, root } from '../bootstrap/machine.mjs'
import { examplesFolder } from './examples.mjs'

const maxLines = 39
const parts = { provider: 'custom-provider', store: 'custom-store', filter: 'custom-filter', route: 'custom-route' }
const packages = ['core', 'context', 'logging', 'server']
const expected = ['provider: Hello from Acme', 'filter: 200 403', 'store: 1', 'route: 200 403 401 {"acme/small":1,"demo/lorem":1}']

function run(command, args, cwd) {
  const result = spawnSync(command, args, { cwd, env: environment, encoding: 'utf8' })
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')}\n${result.stdout}\n${result.stderr}`)
  return result.stdout
}

function countLines() {
  for (const [part, example] of Object.entries(parts)) {
    const lines = readFileSync(join(examplesFolder, example, `${part}.ts`), 'utf8')
      .trimEnd()
      .split('\n').length
    process.stdout.write(`${part}: ${lines} lines\n`)
    if (lines > maxLines) throw new Error(`A stranger's ${part} takes ${lines} lines; at most ${maxLines} are allowed.`)
  }
}

function install(folder) {
  for (const name of packages) run(process.execPath, [pnpmScript, 'pack', '--pack-destination', folder], join(root, 'packages', name))
  const packs = readdirSync(folder).filter((file) => file.endsWith('.tgz'))
  const own = Object.fromEntries(packs.map((file) => [`@proxyapi/${/proxyapi-(\w+)-/.exec(file)[1]}`, `file:${join(folder, file)}`]))
  const { version } = JSON.parse(readFileSync(join(root, 'packages/server/node_modules/valibot/package.json'), 'utf8'))
  const manifest = { name: 'stranger', private: true, type: 'module', dependencies: { ...own, valibot: version }, overrides: own }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], folder)
}

/** Compiles the sources as a package of the given type, which also decides the form of the output. */
function compile(folder, type) {
  const target = join(folder, type)
  mkdirSync(target)
  writeFileSync(join(target, 'package.json'), JSON.stringify({ type }))
  for (const [part, example] of Object.entries(parts)) cpSync(join(examplesFolder, example, `${part}.ts`), join(target, `${part}.ts`))
  cpSync(join(examplesFolder, 'custom-store/store.test.ts'), join(target, 'store.test.ts'))
  cpSync(join(root, 'tooling/stranger/use.ts'), join(target, 'use.ts'))
  const compilerOptions = {
    target: 'ES2022',
    lib: ['ES2023', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
    module: 'NodeNext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    rewriteRelativeImportExtensions: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  }
  writeFileSync(join(target, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.'], target)
}

function expectUse(folder, load) {
  const lines = run(process.execPath, ['-e', `${load}.then(({ use }) => use()).then((lines) => console.log(lines.join('\\n')))`], folder)
  if (lines.trim() !== expected.join('\n')) throw new Error(`${load}: expected\n${expected.join('\n')}\nbut got\n${lines}`)
}

countLines()
const folder = mkdtempSync(join(tmpdir(), 'proxyapi-stranger-'))
try {
  install(folder)
  for (const type of ['module', 'commonjs']) compile(folder, type)
  for (const type of ['module', 'commonjs']) run(process.execPath, ['--test', join(type, 'store.test.js')], folder)
  expectUse(folder, `import('${join(folder, 'module/use.js')}')`)
  expectUse(folder, `Promise.resolve(require('${join(folder, 'commonjs/use.js')}'))`)
  process.stdout.write('a stranger’s package type-checks, and works with import and with require\n')
} finally {
  rmSync(folder, { recursive: true, force: true })
}
