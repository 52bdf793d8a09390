import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const app = join(root, 'apps/gateway')

/** The programs of a gateway, built from the sources: processes of a test run JavaScript. */
export interface Programs {
  readonly cli: string
  readonly remove: () => void
}

/** Builds them inside the app, so that they find what is not bundled. */
export async function buildPrograms(): Promise<Programs> {
  const ofTsup = createRequire(createRequire(join(root, 'package.json')).resolve('tsup'))
  const { build } = ofTsup('esbuild') as { readonly build: (options: object) => Promise<unknown> } // the bundler of tsup
  const cache = join(app, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'programs-'))
  await build({
    absWorkingDir: root,
    entryPoints: {
      cli: 'apps/gateway/src/cli.ts',
      worker: 'apps/gateway/src/worker.ts',
      'recorder-worker': 'packages/logging/src/node/recorder-worker.ts',
    },
    ...{ outdir: folder, bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20', logLevel: 'error' },
    conditions: ['@proxyapi/source'],
    external: ['sqlite3', 'pg-native'],
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
    },
  })
  return { cli: join(folder, 'cli.js'), remove: () => rmSync(folder, { recursive: true, force: true }) }
}

export interface Answered {
  readonly status: number
  readonly text: string
  readonly headers: IncomingHttpHeaders
}

export interface Asking {
  readonly key?: string | undefined
  readonly body?: unknown
}

/** A gateway in processes of its own. */
export interface StartedGateway {
  readonly url: string
  readonly pid: number
  readonly folder: string
  readonly ask: (method: string, path: string, asking?: Asking) => Promise<Answered>
  readonly json: <Body = unknown>(path: string, key?: string) => Promise<Body>
  /** What it has written so far. */
  readonly log: () => string
  /** The message of each line of the log. */
  readonly messages: () => readonly string[]
  readonly signal: (signal: NodeJS.Signals) => void
  readonly writeConfig: (text: string) => void
  readonly ended: Promise<number | null>
  readonly close: () => Promise<void>
}

/** Waits until something holds. */
export async function until<Found>(what: string, find: () => Found | Promise<Found>, tries = 500): Promise<NonNullable<Found>> {
  for (let left = tries; left > 0; left--) {
    const found = await find()
    if (found !== undefined && found !== null && found !== false) return found
    await pause(20)
  }
  throw new Error(`${what} has not come about`)
}

/** Starts a gateway on a port of the system's choice. */
export async function startGateway({ cli }: Programs, config: string): Promise<StartedGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'proxyapi-workers-'))
  const file = join(folder, 'gateway.yaml')
  const writeConfig = (text: string): void => writeFileSync(file, text)
  writeConfig(config)
  const args = [cli, 'start', '--config', file, '--port', '0', '--data-dir', join(folder, 'data')]
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'] } })
  let out = ''
  let err = ''
  child.stdout?.on('data', (text: Buffer) => (out += text.toString()))
  child.stderr?.on('data', (text: Buffer) => (err += text.toString()))
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  const agent = new Agent({ keepAlive: true, maxSockets: 50 })
  const url = await until('The gateway’s start', () => {
    if (child.exitCode !== null) throw new Error(`The gateway has ended:\n${err}\n${out}`)
    return /http:\/\/\S+/.exec(err)?.[0]
  })
  const { hostname, port } = new URL(url)
  const ask = (method: string, path: string, { key, body }: Asking = {}): Promise<Answered> =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? '' : JSON.stringify(body)
      const headers = {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      }
      const sent = request({ hostname, port, method, path, agent, headers }, (response) => {
        let received = ''
        response.setEncoding('utf8')
        response.on('data', (piece: string) => (received += piece))
        response.on('error', reject)
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text: received, headers: response.headers }))
      })
      sent.on('error', reject)
      sent.end(text)
    })
  return {
    ...{ url, folder, ask, writeConfig, ended, pid: child.pid ?? 0 },
    json: async <Body>(path: string, key?: string) => JSON.parse((await ask('GET', path, { key })).text) as Body, // as the test knows it
    log: () => err + out,
    messages: () => out.split('\n').flatMap((line) => /"message":"([^"]*)"/.exec(line)?.[1] ?? []),
    signal: (signal) => void child.kill(signal),
    close: async () => {
      agent.destroy()
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL')
        await ended
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
