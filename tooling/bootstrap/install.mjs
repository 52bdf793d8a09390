import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pnpmHome, pnpmScript, read, root, run, say, stampDirectory } from './machine.mjs'

function manifests() {
  const folders = ['packages', 'apps'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(root, folder, name, 'package.json')),
  )
  return [join(root, 'package.json'), join(root, 'pnpm-lock.yaml'), join(root, 'pnpm-workspace.yaml'), ...folders.filter(existsSync)]
}

/** Changes when anything does that an install depends on. */
function wantedStamp() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}-${process.versions.modules}`)
  for (const file of manifests()) hash.update(`${file.slice(root.length)}\0${read(file)}\0`)
  return hash.digest('hex')
}

function npm() {
  const script = process.env.npm_execpath
  if (script?.endsWith('npm-cli.js')) return [process.execPath, script]
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm']
}

// The pinned pnpm comes with its integrity hash and stays inside the clone.
function fetchPnpm() {
  const pin = JSON.parse(read(join(pnpmHome, 'package.json'))).dependencies.pnpm
  const manifest = read(join(pnpmHome, 'node_modules', 'pnpm', 'package.json'))
  if (manifest !== '' && JSON.parse(manifest).version === pin) return
  say(`fetching pnpm ${pin}`)
  const [command, ...script] = npm()
  run(command, [...script, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: pnpmHome,
    env: process.env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** Installs the frozen lockfile unless that has been done. */
export function install() {
  const stampFile = join(stampDirectory, 'install')
  const wanted = wantedStamp()
  if (read(stampFile) === wanted && existsSync(pnpmScript)) return
  fetchPnpm()
  say('installing dependencies (frozen lockfile)')
  run(process.execPath, [
    pnpmScript,
    'install',
    '--frozen-lockfile',
    '--reporter=append-only',
    '--loglevel=warn',
    '--config.confirm-modules-purge=false',
  ])
  mkdirSync(stampDirectory, { recursive: true })
  writeFileSync(stampFile, wanted)
}
