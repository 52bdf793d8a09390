import { describe, expect, it } from 'vitest'
import { openCall } from '../call/open-call.ts'
import { createReceiptQueue } from '../call/receipt-queue.ts'
import type { FailureClass } from '../errors/failure-class.ts'
import { isProviderError, ProviderError } from '../errors/provider-error.ts'
import { chat } from '../operations/chat.ts'
import { createDemoProvider } from '../providers/demo/create-demo-provider.ts'
import { createModelDiscovery } from '../providers/model-discovery.ts'
import { createVirtualWorld } from '../testing/virtual-world.ts'
import { createRouterContext } from './create-router-context.ts'
import { executeRoute } from './execute-route.ts'
import type { RouteExecution } from './route-execution.ts'
import { toRoutingOptions } from './routing-options.ts'
import { toTarget } from './target.ts'

/** What a target does with one attempt: answers or fails after a while. */
interface Act {
  readonly ms: number
  readonly failure?: FailureClass
}

/** One request over targets that follow scripts, hedged after 500 ms. */
function play(script: Readonly<Record<string, readonly Act[]>>, slots = 100) {
  const { deps, run } = createVirtualWorld({ seed: 1 })
  const targets = Object.keys(script).map((name) => toTarget(createDemoProvider({ name, type: 'demo' }, deps), 'm'))
  const world = createRouterContext({
    deps,
    options: toRoutingOptions({ hedge: { enabled: true, maxRatio: 1 }, retry: { baseDelayMs: 0 }, slots: { maxConcurrent: slots } }),
    sources: { providers: () => [], virtualModels: [], discovery: createModelDiscovery(deps) },
    catalog: { facts: () => ({}), priceUsage: () => null, estimateNanoUsd: () => undefined, countTokens: () => 0 },
    onEvent: () => undefined,
  })
  for (const { key } of targets) for (let i = 0; i < 30; i++) world.health.of(key).latencies.plain.record(100)
  for (let i = 0; i < 10; i++) world.hedges.deposit()
  const made: Record<string, number> = {}
  const opened = openCall(chat, { model: 'm', messages: [] }, { options: {}, deps, receipts: createReceiptQueue(deps) })
  const waiting = [...targets]
  const execution: RouteExecution<string> = {
    context: world,
    call: opened.call,
    hedged: true,
    kind: 'plain',
    queue: {
      strategy: 'round_robin',
      leftOut: [],
      all: () => targets,
      remaining: () => waiting.length,
      next: (failed) => (failed?.failure === 'invalid_request' ? undefined : waiting.shift()),
      release: (target) => waiting.unshift(target),
    },
    recordUsage: () => undefined,
    accept: (answer, scope) => {
      scope.end()
      return answer
    },
    send: async ({ provider }, { abort }) => {
      const act = script[provider.name]?.[made[provider.name] ?? 0]
      made[provider.name] = (made[provider.name] ?? 0) + 1
      if (act === undefined) throw new Error(`${provider.name} was asked too often`)
      await deps.sleep(act.ms, abort.signal())
      if (act.failure !== undefined) throw new ProviderError({ failure: act.failure, provider: provider.name, message: 'no' })
      return provider.name
    },
  }
  const result = executeRoute(execution).catch((error: unknown) =>
    isProviderError(error) ? `${error.provider}: ${error.failure}` : String(error),
  )
  const end = async () => {
    await run()
    const attempts = opened.call.attempts.map(({ provider, reason, outcome }) => `${provider} ${reason} ${outcome}`)
    return { result: await result, attempts, held: ['a', 'b'].map((name) => world.slots.of(name).held() + world.slots.of(name).waiting()) }
  }
  return { world, end, deps }
}

describe('a hedged step', () => {
  it.each<[string, Readonly<Record<string, readonly Act[]>>, string, readonly string[]]>([
    ['is not hedged while it is quick', { a: [{ ms: 100 }], b: [] }, 'a', ['a first success']],
    [
      'takes the quicker answer and stops the other',
      { a: [{ ms: 9_000 }], b: [{ ms: 100 }] },
      'b',
      ['a first superseded', 'b hedge success'],
    ],
    [
      'waits for the hedge when the first fails',
      { a: [{ ms: 600, failure: 'server' }], b: [{ ms: 900 }] },
      'b',
      ['a first server', 'b hedge success'],
    ],
    [
      'goes on from the first failure, at its own target',
      { a: [{ ms: 600, failure: 'unknown_model' }], b: [{ ms: 50, failure: 'rate_limit' }] },
      'a: unknown_model',
      ['a first unknown_model', 'b hedge rate_limit'],
    ],
    [
      'takes a verdict on the request from wherever it comes',
      { a: [{ ms: 900, failure: 'server' }], b: [{ ms: 50, failure: 'content_policy' }] },
      'b: content_policy',
      ['a first server', 'b hedge content_policy'],
    ],
    [
      'counts a hedge at the same target as its second attemptNumber',
      {
        a: [
          { ms: 700, failure: 'server' },
          { ms: 300, failure: 'server' },
        ],
      },
      'a: server',
      ['a first server', 'a hedge server'],
    ],
  ])('%s', async (_what, script, result, attempts) => {
    const { end } = play(script)
    expect(await end()).toMatchObject({ result, attempts, held: [0, 0] })
  })

  it('goes on to the target of a hedge that never set out', async () => {
    const { world, end, deps } = play({ a: [{ ms: 700, failure: 'unknown_model' }], b: [{ ms: 1 }] }, 1)
    const other = world.slots
      .of('b')
      .acquire({ tenant: '', deadlineAtMs: Number.POSITIVE_INFINITY, abort: { onAbort: () => () => undefined } })
    deps.setTimer(() => typeof other === 'function' && other(), 5_000)
    expect(await end()).toMatchObject({ result: 'b', attempts: ['a first unknown_model', 'b fallback success'] })
  })

  it('does not send a hedge that still waits for a slot once the first has failed', async () => {
    const { world, end, deps } = play({ a: [{ ms: 700, failure: 'invalid_request' }], b: [{ ms: 1 }] }, 1)
    const other = world.slots
      .of('b')
      .acquire({ tenant: '', deadlineAtMs: Number.POSITIVE_INFINITY, abort: { onAbort: () => () => undefined } })
    deps.setTimer(() => typeof other === 'function' && other(), 5_000)
    expect(await end()).toMatchObject({ result: 'a: invalid_request', attempts: ['a first invalid_request'], held: [0, 0] })
  })
})
