import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Receipt } from '@proxyapi/core'
import { createScriptedTransport, createVirtualWorld, type UpstreamScript, type VirtualWorld } from '@proxyapi/core/testing'
import { createInThreadRecorder } from '@proxyapi/logging/node'
import { describe, expect, it } from 'vitest'
import { principalOf } from '../auth/principal.ts'
import type { BudgetState } from '../auth/rules.ts'
import type { Capability, Feature } from '../capability/capability.ts'
import { createGateway, type Gateway } from '../gateway/create-gateway.ts'
import type { BudgetNotice } from './budget-watch.ts'

const key = (name: string, more: object = {}) => ({ name, key: `secret-${name}`, ...more })
/** A thousand input tokens cost a cent, and so do a thousand of output. */
const price = { input_usd_per_million: 10, output_usd_per_million: 10 }

interface World {
  readonly gateway: Gateway
  /** How the budget of whoever made a call stands. */
  readonly budgetOf: (receipt: Receipt | undefined) => BudgetState | undefined
  readonly world: VirtualWorld
  readonly receipts: Receipt[]
  readonly notices: BudgetNotice[]
  readonly ask: (body?: object, more?: { readonly name?: string; readonly leaveAfterMs?: number }) => Promise<Response>
}

interface Setting {
  readonly config?: object
  readonly upstreams?: Readonly<Record<string, UpstreamScript>>
  readonly world?: VirtualWorld
  readonly recorder?: Awaited<ReturnType<typeof createInThreadRecorder>>
}

function setUp({ config = {}, upstreams = { alpha: {} }, world = createVirtualWorld({ seed: 1 }), recorder }: Setting): World {
  const receipts: Receipt[] = []
  const notices: BudgetNotice[] = []
  const providers = Object.keys(upstreams).map((name, index) => ({
    name,
    type: 'openai_compatible',
    base_url: `http://${name}`,
    api_key: 'k',
    priority: index + 1,
    models: [`model-of-${name}`],
  }))
  let features: () => readonly Feature[] = () => []
  const spy: Capability = {
    name: 'spy',
    open: (context) => {
      features = context.gateway.features
    },
    compile: () => ({}),
  }
  const gateway = createGateway(
    {
      providers,
      models: [{ name: 'any', targets: Object.keys(upstreams).map((name) => `${name}/model-of-${name}`) }],
      model_overrides: Object.keys(upstreams).map((name) => ({ model: `${name}/model-of-${name}`, ...price })),
      caching: { enabled: false },
      ...config,
    },
    {
      deps: world.deps,
      transport: createScriptedTransport(world, { targets: upstreams }),
      onReceipt: (receipt) => receipts.push(receipt),
      limits: { onBudgetShare: (notice) => notices.push(notice) },
      capabilities: [spy],
      secret: 'secret',
      recorder,
    },
  )
  const ask: World['ask'] = async (body = {}, { name = 'a', leaveAfterMs } = {}) => {
    const controller = new AbortController()
    if (leaveAfterMs !== undefined) world.schedule(leaveAfterMs, () => controller.abort())
    const answer = await gateway.fetch('http://localhost/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer secret-${name}` },
      body: JSON.stringify({ model: 'any', messages: [{ role: 'user', content: 'hello' }], max_tokens: 20, ...body }),
      signal: controller.signal,
    })
    await answer.text().catch(() => undefined)
    return answer
  }
  const budgetOf: World['budgetOf'] = (receipt) => {
    const principal = receipt === undefined ? undefined : principalOf(receipt)
    const readBudget = features().find((feature) => feature.readBudget !== undefined)?.readBudget
    if (principal?.budget === undefined) return undefined
    const state = readBudget?.({ kind: 'key', id: principal.id, budget: principal.budget })
    if (state instanceof Promise) throw new Error('A store in memory answers at once.')
    return state
  }
  return { gateway, world, receipts, notices, ask, budgetOf }
}

const paid = (receipts: readonly Receipt[]): number =>
  receipts.reduce((sum, { costNanoUsd, wastedNanoUsd }) => sum + (costNanoUsd ?? 0) + wastedNanoUsd, 0)
const budget = (usd: number, more: object = {}) => ({ auth: { api_keys: [key('a', { budget: { usd, window: 'day', ...more } })] } })

function count(answers: readonly Response[]): Readonly<Record<number, number>> {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

/** One answer of ten tokens after a prompt of a few costs some 300,000 nano-dollars, and might cost 890,000. */
const quick: UpstreamScript = { headersMs: 10, firstTokenMs: 0, tokenMs: 0, tokens: 10 }

async function inTurn({ world, ask }: World, times: number, body: object = {}): Promise<readonly Response[]> {
  const answers: Response[] = []
  for (let index = 0; index < times; index++) {
    const answer = ask(body)
    await world.run(world.now() + 1_000)
    answers.push(await answer)
  }
  return answers
}

describe('a budget', () => {
  it('is a 429 that says when it resets, once it is spent', async () => {
    const setting = setUp({ upstreams: { alpha: quick }, config: budget(0.0017) })
    const answers = await inTurn(setting, 5)
    const refused = answers.at(-1)
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429])
    // The virtual world begins with 2030.
    expect(Number(refused?.headers.get('retry-after'))).toBe(86_400 - 4)
    expect(setting.receipts.at(-1)?.error).toMatchObject({
      code: 'budget_exceeded',
      message:
        'The budget of the key "a", 0.0017 dollars, has 0.00071 left, and this request may cost 0.00089: a smaller one may fit, with a lower max_tokens for instance. It resets at 2030-01-02T00:00:00.000Z.',
    })
    expect(setting.budgetOf(setting.receipts[0])).toEqual({
      spentNanoUsd: paid(setting.receipts),
      reservedNanoUsd: 0,
      resetsAtMs: Date.UTC(2030, 0, 2),
      projectedNanoUsd: undefined,
    })
  })

  it('starts nothing that may cost more than is left, and what is sure to fit still runs', async () => {
    const setting = setUp({ upstreams: { alpha: { ...quick, tokens: 40 } }, config: budget(0.0012) })
    // 69 tokens of prompt at most; 40 of output come, whatever is asked for.
    const statuses = []
    for (const max_tokens of [60, 40, 40, 5, undefined]) statuses.push((await inTurn(setting, 1, { max_tokens }))[0]?.status)
    expect(statuses).toEqual([429, 200, 429, 429, 429])
    expect(paid(setting.receipts)).toBeLessThanOrEqual(1_200_000)
    expect(setting.receipts.flatMap(({ attempts }) => attempts).filter(({ outcome }) => outcome !== 'budget').length).toBe(1)
  })

  it('begins anew with its window, and tells where it will end', async () => {
    const setting = setUp({ upstreams: { alpha: quick }, config: budget(0.0011) })
    expect(count(await inTurn(setting, 2))).toEqual({ 200: 1, 429: 1 })
    await setting.world.run(Date.UTC(2030, 0, 1, 12))
    const spentNanoUsd = paid(setting.receipts)
    expect(setting.budgetOf(setting.receipts[0])).toMatchObject({ spentNanoUsd, projectedNanoUsd: 2 * spentNanoUsd })
    await setting.world.run(Date.UTC(2030, 0, 2))
    expect(count(await inTurn(setting, 1))).toEqual({ 200: 1 })
  })

  it('sends a request to a cheaper model where its chain names one', async () => {
    const setting = setUp({
      upstreams: { dear: quick, cheap: quick },
      config: {
        ...budget(0.002),
        models: [{ name: 'any', targets: ['dear/model-of-dear'] }],
        routing: { fallbacks: { any: { budget: ['cheap/model-of-cheap'] } } },
        model_overrides: [
          { model: 'dear/model-of-dear', input_usd_per_million: 4_000, output_usd_per_million: 10 },
          { model: 'cheap/model-of-cheap', ...price },
        ],
      },
    })
    const [answer] = await inTurn(setting, 1, { messages: [{ role: 'user', content: 'a longer question that costs more than there is' }] })
    expect([answer?.status, answer?.headers.get('x-proxyapi-provider'), answer?.headers.get('x-proxyapi-fallback')]).toEqual([
      200,
      'cheap',
      'true',
    ])
    expect(setting.receipts[0]?.attempts.map(({ provider, outcome }) => [provider, outcome])).toEqual([
      ['dear', 'budget'],
      ['cheap', 'success'],
    ])
    // A refusal for want of money says nothing against the provider.
    const dear = setting.gateway.engine.health().find(({ name }) => name === 'dear')
    expect([dear?.status, dear?.targets.map(({ lastFailure, cooldownMs }) => [lastFailure, cooldownMs])]).toEqual([
      'healthy',
      [[undefined, 0]],
    ])
  })

  it('only tells, where it is soft, and tells each share once', async () => {
    const setting = setUp({ upstreams: { alpha: quick }, config: budget(0.0003, { hard: false, alert_at: [0.3, 0.9, 1] }) })
    expect(count(await inTurn(setting, 6))).toEqual({ 200: 6 })
    expect(setting.notices.map(({ share, name, limitNanoUsd }) => [share, name, limitNanoUsd])).toEqual(
      [0.3, 0.9, 1].map((share) => [share, 'a', 300_000]),
    )
  })

  it.each<[string, unknown, readonly number[], (spent: number) => boolean]>([
    ['nothing', 'allow', [200, 200, 200], (spent) => spent === 0],
    ['too much', 'refuse', [429, 429, 429], (spent) => spent === 0],
    ['what it is taken for', 20, [200, 429, 429], (spent) => spent > 200_000],
  ])('counts an unknown price as %s', async (_what, unknownPrice, statuses, isRight) => {
    const { auth } = budget(0.002)
    const setting = setUp({ upstreams: { alpha: quick }, config: { auth: { ...auth, unknown_price: unknownPrice }, model_overrides: [] } })
    expect((await inTurn(setting, 3)).map(({ status }) => status)).toEqual(statuses)
    const spent = setting.budgetOf(setting.receipts[0])?.spentNanoUsd ?? -1
    expect([isRight(spent), paid(setting.receipts)]).toEqual([true, spent])
  })

  it('is charged once for an answer that many wait for, and nothing for one out of the cache', async () => {
    const setting = setUp({ upstreams: { alpha: quick }, config: { ...budget(1), caching: { enabled: true } } })
    const many = Array.from({ length: 20 }, () => setting.ask({ temperature: 0 }))
    await setting.world.run(setting.world.now() + 1_000)
    const caches = (await Promise.all(many)).map(({ headers }) => headers.get('x-proxyapi-cache')).sort()
    const [hit] = await inTurn(setting, 1, { temperature: 0 })
    expect([caches, hit?.headers.get('x-proxyapi-cache')]).toEqual([[...Array.from({ length: 19 }, () => 'coalesced'), 'miss'], 'hit'])
    const one = Math.max(...setting.receipts.map(({ costNanoUsd }) => costNanoUsd ?? 0))
    expect(setting.budgetOf(setting.receipts[0])).toMatchObject({ spentNanoUsd: one, reservedNanoUsd: 0 })
  })

  it('holds for a team and for each end user too', async () => {
    const setting = setUp({
      upstreams: { alpha: quick },
      config: {
        auth: {
          api_keys: [key('a', { team: 'shop' }), key('b', { team: 'shop' }), key('c')],
          teams: [{ name: 'shop', budget: { usd: 0.0013, window: 'total' } }],
          users: { budget: { usd: 0.0011, window: 'day' } },
        },
      },
    })
    const { world, ask } = setting
    const statuses: string[] = []
    for (const [name, user] of [
      ['a', 'u1'],
      ['a', 'u1'],
      ['b', 'u2'],
      ['b', 'u1'],
      ['a', 'u3'],
      ['c', 'u1'],
      ['c', 'u1'],
      ['c', undefined],
    ] as const) {
      const asking = ask({ user }, { name })
      await world.run(world.now() + 1_000)
      statuses.push(`${name} ${user} ${(await asking).status}`)
    }
    expect(statuses).toEqual(['a u1 200', 'a u1 429', 'b u2 200', 'b u1 429', 'a u3 429', 'c u1 200', 'c u1 429', 'c undefined 200'])
    expect(setting.receipts.map(({ error }) => error?.message).filter((message) => message !== undefined)).toEqual([
      'The budget of this user, 0.0011 dollars, has 0.00074 left, and this request may cost 0.00089: a smaller one may fit, with a lower max_tokens for instance. It resets at 2030-01-02T00:00:00.000Z.',
      'The budget of the team "shop", 0.0013 dollars, has 0.00058 left, and this request may cost 0.00089: a smaller one may fit, with a lower max_tokens for instance. It does not reset.',
      'The budget of the team "shop", 0.0013 dollars, has 0.00058 left, and this request may cost 0.00089: a smaller one may fit, with a lower max_tokens for instance. It does not reset.',
      'The budget of this user, 0.0011 dollars, has 0.00074 left, and this request may cost 0.00089: a smaller one may fit, with a lower max_tokens for instance. It resets at 2030-01-02T00:00:00.000Z.',
    ])
  })

  it('goes on after a restart from what the ledger says, to the nano-dollar', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'budgets-'))
    const file = join(folder, 'records.db')
    const secret = 'a secret of sixteen characters'
    const config = {
      auth: {
        api_keys: [key('a', { team: 'shop', budget: { usd: 0.0017, window: 'month' } }), key('b', { team: 'shop' })],
        teams: [{ name: 'shop', budget: { usd: 0.003, window: 'month' } }],
        users: { budget: { usd: 0.003, window: 'month' } },
      },
    }
    const world = createVirtualWorld({ seed: 1 })
    const ask = async (setting: World, name: string, user?: string): Promise<number> => {
      let status: number | undefined
      void setting.ask({ user }, { name }).then((answer) => {
        status = answer.status
      })
      // The ledger lives in real time.
      while (status === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 1))
        await world.run(world.now() + 10)
      }
      return status
    }
    const first = setUp({ upstreams: { alpha: quick }, world, config, recorder: createInThreadRecorder({ file, secret }) })
    for (let times = 0; times < 2; times++) expect(await ask(first, 'a', 'u1')).toBe(200)
    const before = first.budgetOf(first.receipts[0])
    await first.gateway.close()

    const second = setUp({ upstreams: { alpha: quick }, world, config, recorder: createInThreadRecorder({ file, secret }) })
    expect([await ask(second, 'a', 'u1'), second.receipts[0]?.error?.message]).toEqual([200, undefined])
    const after = second.budgetOf(second.receipts[0])
    expect(after?.spentNanoUsd).toBe((before?.spentNanoUsd ?? 0) + paid(second.receipts))
    expect(before?.spentNanoUsd).toBe(paid(first.receipts))
    expect(await ask(second, 'a', 'u1')).toBe(429)
    await second.gateway.close()

    // What a key spent stays its team's, whatever becomes of the key.
    const teams = [...config.auth.teams, { name: 'other' }]
    const withoutA = { auth: { teams, api_keys: [key('b', { team: 'shop' }), key('a', { team: 'other' })] } }
    const third = setUp({ upstreams: { alpha: quick }, world, config: withoutA, recorder: createInThreadRecorder({ file, secret }) })
    const spent = paid(first.receipts) + paid(second.receipts)
    expect(await ask(third, 'b')).toBe(200)
    const statuses: number[] = []
    while (statuses.at(-1) !== 429) statuses.push(await ask(third, 'b'))
    const other = await ask(third, 'a')
    await third.gateway.close()
    const ofTeam = spent + paid(third.receipts.filter(({ principal }) => principal?.name === 'b'))
    expect([other, ofTeam > 3_000_000 - 890_000, ofTeam <= 3_000_000]).toEqual([200, true, true])
    rmSync(folder, { recursive: true })
  })
})

describe('a thousand requests at once against a budget of one dollar', () => {
  it('spend it to the last request that fits, whatever becomes of them', async () => {
    const { world, receipts, ask, budgetOf } = setUp({
      // Each answer costs a third of a cent or so: some 300 fit.
      config: {
        ...budget(1),
        routing: { hedge: { enabled: true, min_delay_ms: 50, max_percent: 50 } },
        server: { max_in_flight: 2_000, max_queue: 2_000 },
        circuit_breaker: { enabled: false },
        model_overrides: ['alpha', 'beta'].map((name) => ({
          model: `${name}/model-of-${name}`,
          input_usd_per_million: 100,
          output_usd_per_million: 100,
        })),
      },
      upstreams: {
        alpha: {
          headersMs: { type: 'mixture', usual: 20, rare: 2_000, share: 0.01 },
          firstTokenMs: 5,
          tokenMs: 10,
          tokens: { type: 'uniform', min: 10, max: 20 },
          faults: [
            { fault: { type: 'status', status: 503 }, share: 0.05 },
            { fault: { type: 'cut', afterTokens: 5, how: 'reset' }, share: 0.05 },
          ],
        },
        beta: { headersMs: 20, firstTokenMs: 5, tokenMs: 10, tokens: { type: 'uniform', min: 10, max: 20 } },
      },
    })
    // A hedge needs to know what is usual.
    const warmUp = Array.from({ length: 60 }, (_, index) => ask({ max_tokens: 25, model: index % 2 === 0 ? 'any' : 'beta/model-of-beta' }))
    await world.run(world.now() + 10_000)
    await Promise.all(warmUp)
    const kinds = [{}, { stream: true }, { stream: true, stream_options: { include_usage: true } }]
    const all = Array.from({ length: 1_000 }, (_, index) =>
      ask({ max_tokens: 25, ...kinds[index % 3] }, index % 10 === 9 ? { leaveAfterMs: 30 + (index % 200) } : {}).catch(() => undefined),
    )
    await world.run(world.now() + 600_000)
    const answers = (await Promise.all(all)).filter((answer) => answer !== undefined)
    const spent = paid(receipts)
    const reasons = new Set(receipts.flatMap(({ attempts }) => attempts.map(({ reason }) => reason)))
    const outcomes = new Set(receipts.map(({ outcome }) => outcome))
    expect([...reasons].sort()).toEqual(expect.arrayContaining(['first', 'hedge', 'retry']))
    expect([...outcomes].sort()).toEqual(['canceled', 'complete', 'error'])
    expect(budgetOf(receipts[0])).toMatchObject({ spentNanoUsd: spent, reservedNanoUsd: 0 })
    // One attempt may cost 94 tokens, and the first that finds less left is refused.
    expect(spent).toBeGreaterThan(1e9 - 94 * 100_000)
    expect(spent).toBeLessThanOrEqual(1e9)
    expect(Object.keys(count(answers)).sort()).toContain('429')
  }, 60_000)
})
