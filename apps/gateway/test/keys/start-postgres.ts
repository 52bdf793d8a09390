import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Postgres {
  /** A database of its own within the server, empty. */
  readonly createDatabase: () => string
  /** Stops the server as a crash would; its data stay. */
  readonly pause: () => Promise<void>
  readonly resume: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Where Debian puts the programs of the newest version. */
function programs(): string | undefined {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return undefined
  const versions = readdirSync(root).sort((a, b) => Number(a) - Number(b))
  const folders = versions.map((version) => join(root, version, 'bin'))
  return folders.filter((folder) => existsSync(join(folder, 'initdb'))).at(-1)
}

const bin = programs()
const isRoot = process.getuid?.() === 0

export const hasPostgres = bin !== undefined && (!isRoot || spawnSync('id', ['postgres']).status === 0)
if (!hasPostgres) console.warn('PostgreSQL is not installed: the stores that it keeps are not tested.')

/** The server refuses to run as root. */
function asUser(program: string, args: readonly string[]): readonly [string, readonly string[]] {
  const path = join(bin ?? '', program)
  return isRoot ? ['runuser', ['-u', 'postgres', '--', path, ...args]] : [path, args]
}

function run(program: string, args: readonly string[]): void {
  const [command, all] = asUser(program, args)
  const { status, stderr } = spawnSync(command, all, { encoding: 'utf8', cwd: '/' })
  if (status !== 0) throw new Error(`${program}: ${stderr}`)
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

/** A server that listens to this machine alone and is gone with its folder when it is stopped. */
export async function startPostgres(): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), 'proxyapi-postgres-'))
  if (isRoot) spawnSync('chown', ['postgres', folder])
  const data = join(folder, 'data')
  run('initdb', ['-D', data, '-U', 'proxyapi', '--auth=trust', '--no-sync', '-E', 'UTF8'])
  const port = await freePort()
  const settings = ['fsync=off', 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, 'max_connections=50']
  const [command, args] = asUser('postgres', ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])])
  let child: ChildProcess
  const resume = (): Promise<void> => {
    child = spawn(command, args, { cwd: '/' })
    return new Promise((resolve, reject) => {
      let log = ''
      child.stderr?.on('data', (text: Buffer) => {
        log += text.toString()
        if (log.includes('ready to accept connections')) resolve()
      })
      child.once('exit', () => reject(new Error(log)))
    })
  }
  const pause = async (): Promise<void> => {
    const gone = new Promise((resolve) => child.once('exit', resolve))
    run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop'])
    await gone
  }
  await resume()
  let databases = 0
  return {
    createDatabase: () => {
      const name = `keys_${++databases}`
      run('createdb', ['-h', '127.0.0.1', '-p', String(port), '-U', 'proxyapi', name])
      return `postgres://proxyapi@127.0.0.1:${port}/${name}`
    },
    pause,
    resume,
    stop: async () => {
      await pause()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
