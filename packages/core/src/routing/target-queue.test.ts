import { describe, expect, it } from 'vitest'
import { systemDeps } from '../deps.ts'
import type { FailureClass } from '../errors/failure-class.ts'
import { createDemoProvider } from '../providers/demo/create-demo-provider.ts'
import { createPlan, type FallbackKind, type RoutePlan, type Tier } from './plan.ts'
import { type Target, toTarget } from './target.ts'
import { createTargetQueue, type Obstacle, type TargetReadiness } from './target-queue.ts'

const target = (name: string): Target => toTarget(createDemoProvider({ name, type: 'demo' }, systemDeps), 'm')
const tier = (...names: readonly string[]): Tier => ({ name: names.join(), strategy: 'round_robin', targets: names.map(target) })

function plan(tiers: readonly Tier[], fallbacks: Partial<Record<FallbackKind, readonly Tier[]>> = {}): RoutePlan {
  return createPlan(tiers, { general: [], context_length: [], content_policy: [], rate_limit: [], budget: [], ...fallbacks })
}

const easy: TargetReadiness = {
  circuitAllows: () => true,
  hasCapacity: () => true,
  fits: () => true,
  whyNot: () => undefined,
  contextLength: () => undefined,
  rank: ({ targets }) => targets,
}
const except =
  (...names: readonly string[]): ((target: Target) => boolean) =>
  ({ provider }: Target) =>
    !names.includes(provider.name)

/** The way with one failure after another. */
function way(of: RoutePlan, readiness: Partial<TargetReadiness> = {}, failure: FailureClass = 'server'): readonly string[] {
  const queue = createTargetQueue(of, { ...easy, ...readiness })
  const names: string[] = []
  for (let next = queue.next(); next !== undefined; next = queue.next({ target: next, failure })) names.push(next.provider.name)
  return names
}

describe('a target queue', () => {
  it.each<[string, readonly string[], Partial<TargetReadiness>, FailureClass]>([
    ['goes tier by tier and then to the fallbacks', ['a', 'b', 'c', 'g'], {}, 'server'],
    ['leaves open circuits out', ['a', 'c', 'g'], { circuitAllows: except('b') }, 'server'],
    ['goes to the tired last', ['b', 'c', 'g', 'a'], { hasCapacity: except('a') }, 'server'],
    ['goes to what seems not to fit last', ['b', 'c', 'g', 'a'], { fits: except('a') }, 'server'],
    ['stops at the caller’s own fault', ['a'], {}, 'invalid_request'],
    ['does not route around a content policy', ['a'], {}, 'content_policy'],
    ['does not take a long prompt elsewhere unasked', ['a'], {}, 'context_length'],
    [
      'takes a long prompt to a model that is known to be larger',
      ['a', 'c'],
      { contextLength: ({ provider }) => (provider.name === 'c' ? 9 : 5) },
      'context_length',
    ],
  ])('%s', (_what, expected, readiness, failure) => {
    expect(way(plan([tier('a', 'b'), tier('c')], { general: [tier('g')] }), readiness, failure)).toEqual(expected)
  })

  it.each<[FailureClass, readonly string[]]>([
    ['context_length', ['a', 'long']],
    ['content_policy', ['a', 'policy']],
    ['rate_limit', ['a', 'limit', 'g']],
    ['quota', ['a', 'budget', 'g']],
    ['server', ['a', 'g']],
  ])('opens the chain that is meant for %s', (failure, expected) => {
    const chains = {
      general: [tier('g')],
      context_length: [tier('long')],
      content_policy: [tier('policy')],
      rate_limit: [tier('limit')],
      budget: [tier('budget')],
    }
    expect(way(plan([tier('a')], chains), {}, failure)).toEqual(expected)
  })

  it('tells what it passed over, why and until when, each once', () => {
    const obstacles: Readonly<Record<string, Obstacle>> = { a: { why: 'circuit_open', untilMs: 7 }, b: { why: 'context' } }
    const queue = createTargetQueue(plan([tier('a', 'b'), tier('c', 'd')]), {
      ...easy,
      circuitAllows: except('a'),
      fits: except('b'),
      whyNot: ({ provider }) => obstacles[provider.name],
    })
    const names = [queue.next(), queue.next()].map((found) => found?.provider.name)
    expect(names).toEqual(['c', 'd'])
    expect(queue.leftOut).toEqual([
      { provider: 'a', model: 'm', why: 'circuit_open', untilMs: 7 },
      { provider: 'b', model: 'm', why: 'context' },
    ])
    expect(queue.strategy).toBe('round_robin')
  })

  it('has passed over nothing where the first of its targets can be asked', () => {
    const queue = createTargetQueue(plan([tier('a', 'b')]), { ...easy, whyNot: () => ({ why: 'saturated' }) })
    queue.next()
    expect(queue.leftOut).toEqual([])
  })
})
