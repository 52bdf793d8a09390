import { describe, expect, it } from 'vitest'
import { type Deps, systemDeps } from '../deps.ts'
import type { ProviderOptions } from '../providers/options.ts'
import type { RoutingSettings } from '../routing/routing-options.ts'
import { createEngine, type Engine } from './engine.ts'
import { createEngineState } from './engine-state.ts'

const acme: ProviderOptions = { name: 'acme', type: 'openai_compatible', baseUrl: 'https://acme.example/v1', apiKey: 'key-of-acme-1' }

function setUp() {
  const timers = new Set<() => void>()
  const asked: string[] = []
  const fetch = async (input: unknown): Promise<Response> => {
    asked.push(String(input))
    return Response.json({ object: 'list', data: [{ id: 'small', object: 'model' }] })
  }
  const deps: Deps = {
    ...systemDeps,
    now: () => 1_000,
    fetch: fetch as typeof globalThis.fetch, // the one form in which providers call it
    setTimer: (run) => {
      timers.add(run)
      return () => timers.delete(run)
    },
  }
  const state = createEngineState({}, deps)
  const engine = (providers: readonly ProviderOptions[], routing?: RoutingSettings): Engine =>
    createEngine({ providers, routing, state, deps })
  const open = (target: string): void => {
    for (let count = 0; count < 5; count++) state.router.health.of(target).breaker.admit()?.('failure')
  }
  const circuits = (): Readonly<Record<string, string>> =>
    Object.fromEntries(state.router.health.entries().map(([key, { breaker }]) => [key, breaker.state()]))
  return { state, engine, open, circuits, asked, armed: () => timers.size }
}

describe('providers of another configuration', () => {
  it.each<[string, readonly ProviderOptions[], Readonly<Record<string, string>>]>([
    ['keep their circuits', [{ ...acme, weight: 7 }], { 'acme/small': 'open', 'acme/held': 'isolated' }],
    ['keep them under another name', [{ ...acme, name: 'acme-eu' }], { 'acme-eu/small': 'open', 'acme-eu/held': 'isolated' }],
    [
      'begin anew with another key, but for what was taken out by hand',
      [{ ...acme, apiKey: 'key-of-acme-2' }],
      { 'acme/held': 'isolated' },
    ],
    ['are forgotten when they are gone', [{ name: 'demo', type: 'demo' }], {}],
    [
      'keep their own when another name for the same account comes',
      [acme, { ...acme, name: 'twin' }],
      { 'acme/small': 'open', 'acme/held': 'isolated' },
    ],
  ])('%s', (_what, after, expected) => {
    const { engine, open, circuits } = setUp()
    engine([acme]).isolate('acme/held', true)
    open('acme/small')
    engine(after)
    expect(circuits()).toEqual(expected)
  })

  it('begin anew when two change names', () => {
    const { engine, open, circuits } = setUp()
    const other: ProviderOptions = { ...acme, name: 'other', apiKey: 'key-of-other' }
    engine([acme, other])
    open('acme/small')
    engine([
      { ...acme, name: 'other' },
      { ...other, name: 'acme' },
    ])
    expect(circuits()).toEqual({})
  })

  it('keep the list of models that was fetched, and the provider itself where nothing changed', async () => {
    const { engine, asked } = setUp()
    const first = engine([acme])
    await first.models()
    const second = engine([acme])
    const third = engine([{ ...acme, name: 'renamed', weight: 3 }])
    expect([(await second.models()).length, (await third.models()).map(({ provider, id }) => `${provider}/${id}`)]).toEqual([
      1,
      ['renamed/small'],
    ])
    expect(second.providers[0]).toBe(first.providers[0])
    expect(asked).toHaveLength(1)
  })

  it('are asked under their new name whether they are back', () => {
    const { engine, open, armed } = setUp()
    engine([acme])
    open('acme/small')
    engine([{ ...acme, name: 'renamed' }])
    expect(armed()).toBe(2)
  })
})

describe('settings of another configuration', () => {
  it('apply to circuits, slots and budgets that there are', () => {
    const { state, engine } = setUp()
    engine([acme])
    const circuit = state.router.health.of('acme/small').breaker
    const slots = state.router.slots.of('acme')
    engine([acme], { breaker: { failureThreshold: 1 }, slots: { maxConcurrent: 0, maxQueue: 0 }, hedge: { maxRatio: 1 } })
    circuit.admit()?.('failure')
    state.router.hedges.deposit()
    expect([circuit.state(), slots.isFull(), state.router.hedges.take()]).toEqual(['open', true, true])
  })

  it('wait for the engine on standby to be activated', () => {
    const { state, engine } = setUp()
    engine([acme])
    const next = createEngine({ providers: [acme], routing: { slots: { maxConcurrent: 0 } }, state, isStandby: true })
    const slots = state.router.slots.of('acme')
    const before = slots.isFull()
    next.activate()
    expect([before, slots.isFull()]).toEqual([false, true])
  })
})
