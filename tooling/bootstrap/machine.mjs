import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
export const stampDirectory = join(root, 'node_modules', '.proxyapi')
export const pnpmHome = join(root, 'tooling', 'pnpm')
export const pnpmScript = join(pnpmHome, 'node_modules', 'pnpm', 'bin', 'pnpm.cjs')

export function say(text) {
  process.stderr.write(`[proxyapi] ${text}\n`)
}

export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  say(`Node 20.19 or newer is needed, found ${process.version}`)
  process.exit(1)
}

/** A file's text, '' when there is none. */
export function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

// pnpm obeys npm's environment; only what the user set on purpose is passed on.
const kept = /^npm_config_(registry|cafile|ca|proxy|https_proxy|noproxy|cache|store_dir|_auth.*|\/\/.*)$/i

export const environment = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) || kept.test(name))),
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
  // turbo finds pnpm by PATH alone.
  PATH: join(pnpmHome, 'node_modules', '.bin') + delimiter + process.env.PATH,
}

/** Runs a program to its end; its failure is ours. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, env: environment, stdio: ['ignore', 'inherit', 'inherit'], ...options })
  if (result.error) throw result.error
  if (result.status === 0) return
  say(`${[command, ...args].join(' ')} failed (${result.status ?? result.signal})`)
  process.exit(result.status ?? 1)
}
