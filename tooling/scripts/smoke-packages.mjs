// Packs every published package, installs the packs in an empty project outside the workspace, and loads each both ways.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environment, pnpmScript, root } from '../bootstrap/machine.mjs'

const packages = ['core', 'context', 'logging', 'server']
const folder = mkdtempSync(join(tmpdir(), 'proxyapi-smoke-'))

function run(command, args, cwd) {
  const result = spawnSync(command, args, { cwd, env: environment, encoding: 'utf8' })
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')}\n${result.stdout}\n${result.stderr}`)
  return result.stdout
}

function entriesOf(name) {
  const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
  return Object.keys(manifest.exports)
    .filter((path) => path !== './package.json')
    .map((path) => manifest.name + path.slice(1))
}

try {
  for (const name of packages) run(process.execPath, [pnpmScript, 'pack', '--pack-destination', folder], join(root, 'packages', name))
  const packs = readdirSync(folder).filter((file) => file.endsWith('.tgz'))
  const overrides = Object.fromEntries(packs.map((file) => [`@proxyapi/${/proxyapi-(\w+)-/.exec(file)[1]}`, `file:${join(folder, file)}`]))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'smoke', private: true, dependencies: overrides, overrides }))
  run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], folder)
  const entries = packages.flatMap(entriesOf)
  const load = entries.map((entry) => `if (Object.keys(await import('${entry}')).length === 0) throw new Error('${entry}')`).join('\n')
  writeFileSync(join(folder, 'load.mjs'), load)
  run(process.execPath, ['load.mjs'], folder)
  writeFileSync(
    join(folder, 'load.cjs'),
    entries.map((entry) => `if (Object.keys(require('${entry}')).length === 0) throw new Error('${entry}')`).join('\n'),
  )
  run(process.execPath, ['load.cjs'], folder)
  process.stdout.write(`loaded ${entries.length} entries with import and with require\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
