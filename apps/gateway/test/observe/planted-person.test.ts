import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { main } from '../../src/main.ts'
import type { CliContext } from '../../src/process.ts'
import { hasPostgres, type Postgres, startPostgres } from '../keys/start-postgres.ts'

/*
 * A person is planted in every place of a request that names or holds one, through a gateway as `proxyapi start` runs it, over a data folder and a
 * real Redis and a real PostgreSQL. After the erasure every byte of all three is searched for them. Stores don't compress here: what is compressed can't be searched.
 */

const hasRedis = spawnSync('redis-server', ['--version']).status === 0
if (!hasRedis) console.warn('redis-server is not installed: the erasure of a person is tested on the data folder alone.')

/** The id of the end user, and words that only their requests and answers hold. */
const person = 'planted-person-4711@example.org'
/** What limits of end users are kept by. */
const digest = createHash('sha256').update(person).digest('hex').slice(0, 32)
const words = ['planted-person-4711', 'Wilhelmine-Quastenflosser', 'answer-for-Quastenflosser', digest]

const key = 'a-key-of-this-test-0123'
const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }

function listenOn(server: Server): Promise<number> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)))
}

async function freePort(): Promise<number> {
  const server = createTcpServer()
  const port = await new Promise<number>((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)))
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** One command of Redis, as text; the answer as bytes. */
function askRedis(port: number, ...words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      answer += text
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
    socket.end(`*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`)
  })
}

/** Everything that Redis holds: its whole database as it would write it to disk, uncompressed. */
async function dumpOf(port: number, folder: string): Promise<string> {
  await askRedis(port, 'SAVE')
  return readFileSync(join(folder, 'dump.rdb'), 'latin1')
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** A text with what is written in base64 in it: Redis' entries are. */
function withDecoded(text: string): string {
  const runs = text.match(/[A-Za-z0-9+/_-]{24,}={0,2}/g) ?? []
  return `${text}\n${runs.map((run) => Buffer.from(run, 'base64').toString('latin1')).join('\n')}`
}

/** Everything that a database holds, as text. */
function dumpDatabase(url: string): string {
  const { stdout, status, stderr } = spawnSync('pg_dump', ['--inserts', '--dbname', url], { encoding: 'latin1' })
  if (status !== 0) throw new Error(stderr)
  return stdout
}

/** Which words are where. */
function findIn(texts: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(texts).flatMap(([place, given]) => {
    const text = withDecoded(given)
    return words.filter((word) => text.includes(word)).map((word) => `${word} in ${place}`)
  })
}

function readFolder(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(filesBelow(folder).map((file) => [file.slice(folder.length + 1), readFileSync(file, 'latin1')]))
}

describe.each(hasRedis ? ['with Redis', 'without Redis'] : ['without Redis'])('a person who is erased, %s', (kind) => {
  const folder = mkdtempSync(join(tmpdir(), 'proxyapi-planted-'))
  const data = join(folder, 'data')
  const redisFolder = mkdtempSync(join(tmpdir(), 'proxyapi-planted-redis-'))
  let redis: ChildProcess | undefined
  let redisPort = 0
  let postgres: Postgres | undefined
  let database = ''
  let stop: (signal: string) => void = () => undefined
  let running: Promise<number> | undefined
  let url = ''
  const out: string[] = []
  const upstream = createServer((request, response) => {
    let body = ''
    request.on('data', (text: Buffer) => {
      body += text.toString()
    })
    request.on('end', () => {
      const { input } = JSON.parse(body) as { readonly input?: unknown }
      const answer =
        input === undefined
          ? {
              ...{ id: 'x', object: 'chat.completion', created: 1, model: 'm' },
              choices: [{ index: 0, message: { role: 'assistant', content: 'an answer-for-Quastenflosser' }, finish_reason: 'stop' }],
              usage: { prompt_tokens: 5, completion_tokens: 5, total_tokens: 10 },
            }
          : {
              object: 'list',
              model: 'm',
              data: [{ object: 'embedding', index: 0, embedding: [1, 0] }],
              usage: { prompt_tokens: 1, total_tokens: 1 },
            }
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
    })
  })

  const context: CliContext = {
    env: {},
    readFile: (path) => readFileSync(path, 'utf8'),
    out: (text) => out.push(text),
    err: (text) => out.push(text),
    onStop: (callback) => {
      stop = callback
    },
    onHangup: () => undefined,
    exit: () => undefined,
  }
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}${path}`, { ...init, headers: { ...headers, ...(init.headers as Record<string, string> | undefined) } })
  const post = (path: string, body: object, more: Record<string, string> = {}): Promise<Response> =>
    ask(path, { method: 'POST', body: JSON.stringify(body), headers: more })

  beforeAll(async () => {
    const upstreamPort = await listenOn(upstream)
    if (kind === 'with Redis') {
      redisPort = await freePort()
      redis = spawn('redis-server', [
        '--port',
        String(redisPort),
        '--bind',
        '127.0.0.1',
        '--save',
        '',
        '--dir',
        redisFolder,
        '--rdbcompression',
        'no',
      ])
      const started = redis
      await new Promise<void>((resolve) =>
        started.stdout?.on('data', (text: Buffer) => text.toString().includes('Ready to accept') && resolve()),
      )
    }
    if (kind === 'with Redis' && hasPostgres) {
      postgres = await startPostgres()
      database = postgres.createDatabase()
    }
    const config = {
      server: { port: 0 },
      providers: [
        { name: 'up', type: 'openai_compatible', api_key: 'sk-up', base_url: `http://127.0.0.1:${upstreamPort}/v1`, models: ['*'] },
      ],
      auth: {
        api_keys: [{ name: 'ops', key, role: 'admin' }],
        users: { limits: { requests_per_minute: 10_000 }, budget: { usd: 100, window: 'day' } },
      },
      caching: {
        response_cache: { compression: false, cacheable: 'all' },
        summary_cache: { compression: false },
        semantic: { enabled: true, model: 'up/embed' },
      },
      ...(database !== '' && { database: { url: database } }),
      ...(redis !== undefined && { redis: { url: `redis://127.0.0.1:${redisPort}` } }),
    }
    writeFileSync(join(folder, 'gateway.json'), JSON.stringify(config))
    running = main(['start', '--config', join(folder, 'gateway.json'), '--data-dir', data], context)
    while (url === '') {
      await wait(20)
      url = /listens on (\S+)/.exec(out.join(''))?.[1] ?? ''
    }
  }, 30_000)

  afterAll(async () => {
    stop('SIGTERM')
    await running
    redis?.kill('SIGKILL')
    await postgres?.stop()
    await new Promise((resolve) => upstream.close(resolve))
    for (const made of [folder, redisFolder]) rmSync(made, { recursive: true, force: true })
  })

  /** Makes the person known in every way that a request has. */
  async function plant(): Promise<void> {
    const messages = [{ role: 'user', content: 'I am Wilhelmine-Quastenflosser.' }]
    for (let round = 0; round < 3; round++) {
      for (const stream of [false, true]) {
        await (await post('/v1/chat/completions', { model: 'up/m', messages, user: person, stream })).text()
      }
      await (await post('/v1/messages', { model: 'up/m', max_tokens: 9, messages }, { 'x-proxyapi-user': person })).text()
      await (await post('/v1/responses', { model: 'up/m', input: 'Wilhelmine-Quastenflosser', user: person })).text()
      await (await post('/v1/embeddings', { model: 'up/embed', input: 'Wilhelmine-Quastenflosser', user: person })).text()
    }
    const history = Array.from({ length: 12 }, (_, index) => ({
      role: index % 2 === 0 ? 'user' : 'assistant',
      content: `Wilhelmine-Quastenflosser said on day ${index} that the meeting about the aquarium in Lisbon went well. `.repeat(4),
    }))
    await (await post('/api/condense', { messages: history, max_tokens: 80 }, { 'x-proxyapi-user': person })).text()
    // A request that fails is kept too, and so is one by the person's own id.
    await (await post('/v1/chat/completions', { model: 'nobody/x', messages, user: person })).text()
  }

  it('leaves no byte behind, the audit chain is whole, and the receipt verifies', { timeout: 60_000 }, async () => {
    await plant()
    const path = `/api/privacy/users/${encodeURIComponent(person)}`
    const { held } = (await (await ask(path)).json()) as {
      readonly held: { readonly usage: { readonly requests: number }; readonly cache_entries: Readonly<Record<string, number>> }
    }
    expect(held.usage.requests).toBeGreaterThanOrEqual(13)
    expect(Object.keys(held.cache_entries)).toEqual(redis === undefined ? ['memory', 'disk'] : ['memory', 'disk', 'redis'])
    for (const count of Object.values(held.cache_entries)) expect(count).toBeGreaterThanOrEqual(3)
    // The search finds what is there: else it would prove nothing.
    let before: readonly string[] = []
    for (let tries = 0; tries < 200 && before.length === 0; tries++) {
      await wait(50)
      before = findIn(readFolder(data))
    }
    expect(before.some((place) => place.startsWith('answer-for-Quastenflosser in '))).toBe(true)
    if (redis !== undefined)
      expect(findIn({ redis: await dumpOf(redisPort, redisFolder) })).toEqual(
        expect.arrayContaining(['answer-for-Quastenflosser in redis', `${digest} in redis`]),
      )

    // Keys lie in PostgreSQL, and nothing of end users.
    expect((await post('/api/keys', { name: 'a-key-beside-the-person' })).status).toBe(200)
    if (database !== '') expect(dumpDatabase(database)).toContain('a-key-beside-the-person')

    const answer = await ask(path, { method: 'DELETE' })
    const receipt = await answer.text()
    expect(answer.status).toBe(200)
    const { erased } = JSON.parse(receipt) as { readonly erased: Readonly<Record<string, number>> }
    expect(erased['usage']).toBeGreaterThanOrEqual(13)
    expect(erased['cache_entries']).toBeGreaterThanOrEqual(3)
    expect(erased['summaries']).toBe(1)

    expect(findIn(readFolder(data))).toEqual([])
    if (redis !== undefined) expect(findIn({ redis: await dumpOf(redisPort, redisFolder) })).toEqual([])
    if (database !== '') expect(findIn({ database: dumpDatabase(database) })).toEqual([])
    expect(findIn({ log: out.join('') })).toEqual([])
    expect(await (await ask('/api/audit/verify')).json()).toMatchObject({ ok: true, first_broken: null })
    expect((await (await ask(path)).json()) as object).toMatchObject({
      held: { usage: { requests: 0, entries: [] }, receipts: 0, cache_entries: { memory: 0, disk: 0 } },
    })

    const file = join(folder, 'receipt.json')
    const verify = async (text: string): Promise<readonly [number, string]> => {
      writeFileSync(file, text)
      const said: string[] = []
      const code = await main(['erasure', 'verify', file, '--secret-file', join(data, 'secret')], {
        ...context,
        out: (one) => said.push(one),
      })
      return [code, said.join('')]
    }
    expect(await verify(receipt)).toEqual([0, '{"ok":true,"signer":"expected"}\n'])
    expect((await verify(receipt.replace('planted', 'another')))[0]).toBe(1)
    // The same question by somebody else is asked anew.
    const again = await post('/v1/chat/completions', {
      model: 'up/m',
      messages: [{ role: 'user', content: 'I am Wilhelmine-Quastenflosser.' }],
      user: person,
    })
    expect([again.status, again.headers.get('x-proxyapi-cache')]).toEqual([200, 'miss'])
  })
})
