import { execFileSync } from 'node:child_process'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { buildPrograms, type Programs, type StartedGateway, startGateway, until } from './built-gateway.ts'
import { startUpstream, type Upstream } from './upstream.ts'

const admin = 'admin-key-0123456789'
const payer = 'payer-key-0123456789'

const configOf = (upstream: Upstream, more = ''): string => `
server: { workers: 3, shutdown_grace_seconds: 10 }
caching: { enabled: false }
auth:
  api_keys:
    - { name: ops, key: "${admin}", role: admin }
    - { name: payer, key: "${payer}", limits: { parallel_requests: 12 }, budget: { usd: 1, window: total } }
providers:
  - { name: demo }
  - { name: openai, api_key: "sk-of-this-test", base_url: "${upstream.url}" }
models: [{ name: any, targets: [demo/echo] }]
routing: { retry: { max_attempts: 1 } }
${more}`

function workersOf(gateway: StartedGateway): readonly number[] {
  const lines = execFileSync('ps', ['-o', 'pid=', '--ppid', String(gateway.pid)], { encoding: 'utf8' })
  return lines.split('\n').map(Number).filter(Boolean)
}

/** How many workers there are; `undefined` where the question came to one that was killed. */
async function workerCount(gateway: StartedGateway): Promise<number | undefined> {
  try {
    return (await gateway.json<{ readonly workers: number }>('/v1/status', admin)).workers
  } catch {
    return undefined
  }
}

interface Load {
  /** Ends it, and gives what came of it. */
  readonly end: () => Promise<{ readonly answered: number; readonly failures: readonly string[] }>
}

/** Asks without a pause, over connections that are kept. */
function startLoad(gateway: StartedGateway, clients: number): Load {
  const failures: string[] = []
  let answered = 0
  let isOver = false
  const client = async (index: number): Promise<void> => {
    const body = { model: 'any', stream: index % 2 === 1, messages: [{ role: 'user', content: 'Hello' }] }
    while (!isOver) {
      try {
        const { status, text } = await gateway.ask('POST', '/v1/chat/completions', { key: admin, body })
        if (status === 200 && (!body.stream || text.includes('[DONE]'))) answered++
        // A machine that is busy with other tests makes a gateway shed load: that is no failure of what is tested here.
        else if (!text.includes('"overloaded"')) failures.push(`${status} ${text.slice(0, 200)}`)
      } catch (error) {
        failures.push(String(error))
      }
    }
  }
  const all = Promise.all(Array.from({ length: clients }, (_, index) => client(index)))
  return {
    end: async () => {
      isOver = true
      await all
      return { answered, failures }
    },
  }
}

// Five processes start on whatever cores are left by other tests.
vi.setConfig({ testTimeout: 120_000 })

let programs: Programs
let upstream: Upstream
let gateway: StartedGateway
beforeAll(async () => {
  ;[programs, upstream] = await Promise.all([buildPrograms(), startUpstream()])
  gateway = await startGateway(programs, configOf(upstream))
}, 120_000)
afterEach(() => upstream.release())
afterAll(async () => {
  await gateway.close()
  programs.remove()
  upstream.close()
})

async function answeredSoFar(): Promise<number> {
  const { text } = await gateway.ask('GET', '/metrics/prometheus', { key: admin })
  return Number(/^llm_calls_total\{outcome="complete"\} (\d+)/m.exec(text)?.[1])
}

describe('a worker that is killed', () => {
  it('costs its own requests alone, gives back what they held, and is replaced', async () => {
    upstream.hold()
    const body = { model: 'openai/gpt-4o', max_tokens: 500, messages: [{ role: 'user', content: 'Hello' }] }
    const asked = Array.from({ length: 12 }, () =>
      gateway.ask('POST', '/v1/chat/completions', { key: payer, body }).then(
        ({ status }) => status,
        () => 'lost' as const,
      ),
    )
    await until('The calls under way', () => upstream.held() === 12)
    const [victim = 0] = workersOf(gateway)
    process.kill(victim, 'SIGKILL')
    await until('The end of its calls', () => upstream.held() < 12)
    upstream.release()
    const outcomes = await Promise.all(asked)
    const lost = outcomes.filter((outcome) => outcome === 'lost').length
    expect(lost).toBeGreaterThan(0)
    expect(lost).toBeLessThan(12)
    expect(outcomes.filter((outcome) => outcome === 200)).toHaveLength(12 - lost)
    await until('Another worker', async () => (await workerCount(gateway)) === 3)
    expect(gateway.messages()).toContain('A worker has ended and is replaced')
    // All places are free again, and what was spent is what the ledger says.
    const again = await Promise.all(Array.from({ length: 12 }, () => gateway.ask('POST', '/v1/chat/completions', { key: payer, body })))
    expect(again.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 200))
    const spent = (24 - lost) * 5_020_000
    const { text } = await gateway.ask('GET', '/api/analytics?group_by=key', { key: admin })
    expect(text).toContain(`"cost_nano_usd":"${spent}"`)
  })

  it('loses no request of the others under load', async () => {
    const load = startLoad(gateway, 8)
    const before = await answeredSoFar()
    await until('Some answers', async () => (await answeredSoFar()) > before + 50)
    process.kill(workersOf(gateway)[1] ?? 0, 'SIGKILL')
    await until('Another worker', async () => (await workerCount(gateway)) === 3)
    const { answered, failures } = await load.end()
    expect(answered).toBeGreaterThan(50)
    // Each client has one request under way at most.
    expect(failures.length).toBeLessThanOrEqual(8)
  })
})

describe('workers that are replaced or end in order', () => {
  it('are replaced one after the other at SIGUSR2 without a failed request', async () => {
    const before = workersOf(gateway)
    const answeredBefore = await answeredSoFar()
    const load = startLoad(gateway, 8)
    gateway.signal('SIGUSR2')
    await until('The end of the replacement', () => gateway.messages().includes('Workers have been replaced'))
    await until('The end of those before', () => workersOf(gateway).every((pid) => !before.includes(pid)))
    const { answered, failures } = await load.end()
    expect(failures).toEqual([])
    expect(answered).toBeGreaterThan(10)
    expect(workersOf(gateway)).toHaveLength(3)
    expect(await answeredSoFar()).toBe(answeredBefore + answered)
  })

  it('take a configuration in all together, and a bad one not at all', async () => {
    const load = startLoad(gateway, 4)
    for (let round = 1; round <= 8; round++) {
      gateway.writeConfig(
        round % 4 === 0 ? 'providers: [{ name: demo, wieght: 1 }]' : configOf(upstream, `metrics: { public: ${round % 2 === 1} }`),
      )
      const { status } = await gateway.ask('POST', '/api/config/reload', { key: admin })
      expect(status).toBe(round % 4 === 0 ? 400 : 200)
    }
    gateway.writeConfig(configOf(upstream).replace('name: any', 'name: other'))
    expect((await gateway.ask('POST', '/api/config/reload', { key: admin })).status).toBe(200)
    const { failures } = await load.end()
    // From the answer on, no worker knows the name any more.
    expect(failures.filter((failure) => !failure.startsWith('404 '))).toEqual([])
    const body = { model: 'any', messages: [{ role: 'user', content: 'Hello' }] }
    const asked = await Promise.all(Array.from({ length: 20 }, () => gateway.ask('POST', '/v1/chat/completions', { key: admin, body })))
    expect(asked.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 404))
  })

  it('end when their primary is killed', async () => {
    const other = await startGateway(programs, configOf(upstream).replace('workers: 3', 'workers: 2'))
    const workers = workersOf(other)
    other.signal('SIGKILL')
    await other.ended
    const isThere = (pid: number): boolean => {
      try {
        process.kill(pid, 0)
        return true
      } catch {
        return false
      }
    }
    await until('The end of the workers', () => !workers.some(isThere))
    await other.close()
  })

  it('finish what is under way at SIGTERM, and the records are whole', async () => {
    const paidBefore = gateway
      .log()
      .split('\n')
      .filter((line) => line.includes('"key":"payer"')).length
    upstream.hold()
    const body = { model: 'openai/gpt-4o', messages: [{ role: 'user', content: 'Hello' }] }
    const asked = Array.from({ length: 9 }, () => gateway.ask('POST', '/v1/chat/completions', { key: payer, body }))
    await until('The calls under way', () => upstream.held() === 9)
    gateway.signal('SIGTERM')
    await until('The begin of the end', () => gateway.messages().includes('Shutting down'))
    upstream.release()
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(Array.from({ length: 9 }, () => 200))
    expect(await gateway.ended).toBe(0)
    const paid = gateway
      .log()
      .split('\n')
      .filter((line) => line.includes('"key":"payer"') && line.includes('Request processed'))
    expect(paid.length - paidBefore).toBe(9)
  })
})
