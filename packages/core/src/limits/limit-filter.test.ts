import { describe, expect, it } from 'vitest'
import { createEngine } from '../engine/engine.ts'
import { ProxyApiError } from '../errors/proxy-api-error.ts'
import { createVirtualWorld } from '../testing/virtual-world.ts'
import { createLimitFilter } from './limit-filter.ts'
import type { Take } from './limit-store.ts'
import { createMemoryLimitStore } from './memory-limit-store.ts'
import { createTaker } from './pacer.ts'

const perMinute = { limit: 1_000, windowMs: 60_000, burst: 1_000 }

function setUp(places = 10) {
  const world = createVirtualWorld({ seed: 1 })
  const store = createMemoryLimitStore({}, world.deps)
  const filter = createLimitFilter({
    store,
    taker: createTaker(store),
    takesOf: (_call, tokens) => [
      { type: 'rate', key: 'tokens', rate: perMinute, amount: tokens.likely() },
      { type: 'parallel', key: 'places', limit: places },
    ],
    countsTokens: () => true,
    priorityOf: () => 1,
    toError: ({ key }, { retryAfterMs }) => new ProxyApiError({ code: 'rate_limit_exceeded', message: key, retryAfterMs }),
  })
  const engine = createEngine({ providers: [{ name: 'demo', type: 'demo' }], filters: [filter], deps: world.deps })
  const left = (): number | undefined =>
    store.take([{ type: 'rate', key: 'tokens', rate: perMinute, amount: 0 }] satisfies Take[]).standings[0]?.remaining
  return { world, engine, left }
}

const request = { model: 'demo/echo', messages: [{ role: 'user', content: 'one two three' }], maxTokens: 400 } as const

describe('a limit on tokens', () => {
  it('holds what is likely, and settles by what was used', async () => {
    const { world, engine, left } = setUp()
    const running = engine.chat(request)
    const held = left()
    await world.run()
    const { usage } = await running
    expect([held, left()]).toEqual([1_000 - 4 - 400, 1_000 - (usage?.totalTokens ?? 0)])
  })

  it('refuses before anything is asked, and costs nothing then', async () => {
    const { world, engine } = setUp()
    const answers = Promise.allSettled(Array.from({ length: 3 }, () => engine.chat(request)))
    await world.run()
    const reasons = (await answers).map((answer) => (answer.status === 'rejected' ? answer.reason : 'answered'))
    expect(reasons).toMatchObject(['answered', 'answered', { code: 'rate_limit_exceeded', message: 'tokens' }])
  })

  it('gives places back when the answer is there, has failed or was left', async () => {
    const { world, engine } = setUp(1)
    const chat = async (model: string, timeoutMs = 60_000): Promise<string> => {
      const running = engine.chat({ ...request, model, maxTokens: 1 }, { timeoutMs }).then(
        () => 'answered',
        (error: { code: string }) => error.code,
      )
      await world.run()
      return running
    }
    expect([await chat('demo/echo'), await chat('demo/unknown'), await chat('demo/slow', 1), await chat('demo/echo')]).toEqual([
      'answered',
      'model_not_found',
      'deadline_exceeded',
      'answered',
    ])
  })
})
