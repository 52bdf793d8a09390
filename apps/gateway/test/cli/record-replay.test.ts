import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createGateway } from '@proxyapi/server'
import { type Listening, listen } from '@proxyapi/server/node'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ReplayReport } from '../../src/replay/replay-report.ts'
import { createRecordingFiles } from '../../src/state/recording-files.ts'
import { runCli } from './run-cli.ts'

const adminKey = 'admin-key-0123456789'
const usage = { prompt_tokens: 1_000, completion_tokens: 500, total_tokens: 1_500 }

/** An upstream that answers with known tokens, and refuses where its path says so. */
function openUpstream(): Promise<{ readonly url: string; readonly server: Server; readonly asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (piece: Buffer) => {
      text += piece.toString()
    })
    request.on('end', () => {
      asked.push(request.url ?? '')
      const isBroken = request.url?.startsWith('/broken') === true
      response.writeHead(isBroken ? 503 : 200, { 'content-type': 'application/json' })
      const { model } = JSON.parse(text) as { model: string }
      const choice = { index: 0, message: { role: 'assistant', content: 'Hello there' }, finish_reason: 'stop' }
      const answer = { id: 'x', object: 'chat.completion', created: 1, model, choices: [choice], usage }
      response.end(JSON.stringify(isBroken ? { error: { message: 'down', type: 'server_error' } } : answer))
    })
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, asked }))
  })
}

const price = (usd: number) => ({ input_usd_per_million: usd, output_usd_per_million: 2 * usd })

describe('proxyapi record and replay', () => {
  let folder: string
  let upstream: Awaited<ReturnType<typeof openUpstream>>
  let listening: Listening
  let url: string
  const at = (name: string): string => join(folder, name)
  const provider = (name: string, path: string, usd: number) => ({
    name,
    type: 'openai_compatible',
    base_url: `${upstream.url}${path}`,
    api_key: 'upstream-key-1',
    models: [{ id: 'm', ...price(usd) }],
  })
  const ask = async (model: string, key: string): Promise<number> => {
    const body = { model, user: 'alice', messages: [{ role: 'user', content: 'Hello from bob@example.org' }] }
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` }
    const response = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body: JSON.stringify(body) })
    await response.text()
    return response.status
  }

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'proxyapi-record-'))
    upstream = await openUpstream()
    const config = {
      auth: {
        api_keys: [
          { name: 'ops', key: adminKey, role: 'admin' },
          { name: 'app', key: 'app-key-0123456789' },
        ],
      },
      caching: { enabled: false },
      providers: [provider('a', '/good', 10), provider('b', '/broken', 1)],
      models: [{ name: 'smart', targets: ['b/m'], fallbacks: ['a/m'] }],
      routing: { retry: { max_attempts: 2, attempts_per_target: 1 } },
    }
    listening = await listen(createGateway(config, { recordingStore: createRecordingFiles(folder) }), { host: '127.0.0.1', port: 0 })
    url = `http://127.0.0.1:${listening.port}`
  })
  afterEach(async () => {
    await listening.stop(0)
    upstream.server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Records some requests into a file: four to `a`, two to `smart`. */
  async function record(): Promise<string> {
    const file = at('traffic.jsonl')
    const flags = ['record', '--url', url, '--reason', 'a test', '--key-name', 'app', '--max-requests', '6', '--out', file]
    const running = runCli(flags, { env: { PROXYAPI_KEY: adminKey } })
    for (;;) {
      const response = await fetch(`${url}/api/recordings`, { headers: { authorization: `Bearer ${adminKey}` } })
      if (((await response.json()) as { recordings: unknown[] }).recordings.length > 0) break
    }
    for (let round = 0; round < 4; round++) expect(await ask('a/m', 'app-key-0123456789')).toBe(200)
    expect(await ask('a/m', adminKey)).toBe(200)
    for (let round = 0; round < 2; round++) expect(await ask('smart', 'app-key-0123456789')).toBe(200)
    const { code, out, err } = await running
    expect([code, out, err]).toEqual([0, `6 requests in ${file}; ended by requests\n`, ''])
    return file
  }

  function writeConfig(name: string, config: object): string {
    writeFileSync(at(name), JSON.stringify(config))
    return at(name)
  }

  it('fetches what is recorded into a file of its owner, and removes it at the gateway', async () => {
    const file = await record()
    const lines = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
    expect(lines.map(({ object }) => object)).toEqual([
      'recording',
      ...Array.from({ length: 6 }, () => 'recorded_request'),
      'recording_end',
    ])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(lines.every((line) => !/bob@example|"alice"|upstream-key/.test(JSON.stringify(line)))).toBe(true)
    const left = await fetch(`${url}/api/recordings`, { headers: { authorization: `Bearer ${adminKey}` } })
    expect(await left.json()).toEqual({ recordings: [] })
    const again = await runCli(['record', '--url', url, '--reason', 'x', '--key', adminKey, '--out', file])
    expect([again.code, again.err]).toEqual([1, `proxyapi record: ${file} is there already; name a new file\n`])
  })

  it('says what another configuration would have cost, to the nano-dollar, and asks nobody', async () => {
    const file = await record()
    upstream.asked.length = 0
    // Half the price; and the broken one is not asked.
    const config = writeConfig('cheap.json', {
      providers: [provider('a', '/good', 5)],
      models: [{ name: 'smart', targets: ['a/m'] }],
      caching: { enabled: false },
    })
    const { code, out, err } = await runCli(['replay', file, '--config', config, '--json'])
    expect([code, err]).toEqual([0, ''])
    const report = JSON.parse(out) as ReplayReport
    // 1,000 tokens at $10 and 500 at $20 a million are 2 cents a request; six of them.
    expect(report.recorded).toMatchObject({ requests: 6, answered: 6, failed: 0, cost_usd: 0.12 })
    expect(report.replayed).toMatchObject({ requests: 6, answered: 6, failed: 0, attempts: 6, cost_usd: 0.06 })
    expect(report.basis).toEqual({ recorded: 6, target: 0, assumed: 0 })
    expect(report.changes).toMatchObject({ now_failing: 0, now_answered: 0, routed_elsewhere: 0 })
    expect(upstream.asked).toEqual([])
  })

  it('takes recorded failures where they were, what was seen of a target elsewhere, and assumptions where nothing is known', async () => {
    const file = await record()
    const config = writeConfig('other.json', {
      providers: [provider('b', '/broken', 1), provider('c', '/good', 1)],
      // What went to `a` goes to the one that is known to be broken, and then to one that nobody has asked yet.
      models: [
        { name: 'a/m', targets: ['b/m'] },
        { name: 'smart', targets: ['b/m'], fallbacks: ['c/m'] },
      ],
      caching: { enabled: false },
      routing: { retry: { max_attempts: 2, attempts_per_target: 1 } },
    })
    const { code, out } = await runCli(['replay', file, '--config', config, '--json'])
    expect(code).toBe(0)
    const report = JSON.parse(out) as ReplayReport
    expect(report.replayed).toMatchObject({ requests: 6, answered: 2, failed: 4, cost_usd: 0.004, errors: { upstream_error: 4 } })
    expect(report.changes).toMatchObject({ now_failing: 4, routed_elsewhere: 2 })
    // After five failures in a row the circuit of `b` is open: the last request is not sent there.
    expect(report.basis).toEqual({ recorded: 1, target: 4, assumed: 2 })
    expect((await runCli(['replay', file, '--config', config])).out).toMatch(/^answered +6 +2 +-4$/m)
  })

  it('applies the budget of the other configuration', async () => {
    const file = await record()
    const config = writeConfig('budget.json', {
      auth: { api_keys: [{ name: 'app', key: 'other-key-0123456789', budget: { usd: 0.05, window: 'day' } }] },
      providers: [provider('a', '/good', 10)],
      models: [{ name: 'smart', targets: ['a/m'] }],
      caching: { enabled: false },
    })
    const { out } = await runCli(['replay', file, '--config', config, '--json'])
    const { replayed } = JSON.parse(out) as ReplayReport
    expect(replayed.cost_usd).toBeLessThanOrEqual(0.05)
    expect(replayed.errors).toMatchObject({ budget_exceeded: expect.any(Number) as number })
  })

  it('sends a recording to a running gateway with --live, faster than recorded', async () => {
    const file = await record()
    upstream.asked.length = 0
    const { code, out, err } = await runCli(['replay', file, '--live', '--url', url, '--key', adminKey, '--speed', '100', '--json'])
    expect([code, err]).toEqual([0, ''])
    const report = JSON.parse(out) as ReplayReport
    expect(report).toMatchObject({ mode: 'live', basis: null, replayed: { requests: 6, answered: 6, cost_usd: 0.12 } })
    expect(upstream.asked.filter((path) => path.startsWith('/good'))).toHaveLength(6)
  })

  it.each([
    ['no file', ['replay'], 2, 'expected one recording'],
    ['a file that is not there', ['replay', '/nowhere/x'], 1, "can't be read"],
    ['a file of another kind', ['replay', fileURLToPath(import.meta.url)], 1, 'line 1 is no JSON object'],
    ['--live without an address', ['replay', 'FILE', '--live'], 2, '--live needs --url'],
    ['a rate above 1', ['replay', 'FILE', '--assume-failure-rate', '2'], 2, 'a number from 0 to 1'],
    ['no reason', ['record', '--url', 'http://127.0.0.1:1'], 2, '--reason is missing'],
    ['no address', ['record', '--reason', 'x'], 2, '--url is missing'],
    ['an address where nobody is', ['record', '--url', 'http://127.0.0.1:1', '--reason', 'x'], 1, "can't be reached"],
  ])('tells of %s', async (_what, argv, code, message) => {
    writeFileSync(at('head.jsonl'), `${JSON.stringify({ object: 'recording', version: 1, id: 'x', key: 'all' })}\n`)
    const ran = await runCli(argv.map((word) => (word === 'FILE' ? at('head.jsonl') : word)))
    expect([ran.code, ran.err.includes(message), ran.err]).toEqual([code, true, ran.err])
  })
})
