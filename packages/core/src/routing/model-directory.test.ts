import { describe, expect, it } from 'vitest'
import type { RouteOverrides } from '../call/annotations.ts'
import { systemDeps } from '../deps.ts'
import { createDemoProvider } from '../providers/demo/create-demo-provider.ts'
import { createModelDiscovery } from '../providers/model-discovery.ts'
import type { ProviderOptions } from '../providers/options.ts'
import type { Provider } from '../providers/provider.ts'
import { createModelResolver, type ResolverRules } from './model-resolver.ts'
import type { VirtualModel } from './virtual-model.ts'

const provider = (name: string, extra: Partial<ProviderOptions> = {}): Provider =>
  createDemoProvider({ name, type: 'demo', ...extra }, systemDeps)

function setUp(virtualModels: readonly VirtualModel[] = [], rules: Partial<ResolverRules> = {}) {
  let providers = [
    provider('a'),
    provider('b'),
    provider('late', { priority: 2 }),
    provider('eu', { region: 'eu-west-1', useCase: 'chat' }),
  ]
  const contents = { providers: () => providers, virtualModels, discovery: createModelDiscovery(systemDeps) }
  const resolver = createModelResolver(contents, { strategy: 'round_robin', fallbacks: {}, ...rules })
  const plan = async (name: string, overrides: RouteOverrides = {}) => {
    const { tiers, fallbacks } = await resolver.plan(name, overrides)
    const keys = (list: typeof tiers): readonly (readonly string[])[] => list.map(({ targets }) => targets.map(({ key }) => key))
    return { tiers: keys(tiers), general: keys(fallbacks.general), strategies: tiers.map(({ strategy }) => strategy) }
  }
  return { plan, replace: (next: readonly Provider[]) => (providers = [...next]) }
}

describe('a model resolver', () => {
  it.each<[string, string, readonly (readonly string[])[]]>([
    ['one target', 'a/echo', [['a/echo']]],
    ['a bare id at every provider that has it, by priority', 'echo', [['a/echo', 'b/echo', 'eu/echo'], ['late/echo']]],
    ['a use case', 'auto:chat', [['eu/echo']]],
    ['a virtual model', 'mix', [['b/echo', 'a/lorem'], ['late/echo']]],
    ['a virtual model of virtual models', 'nested', [['b/echo', 'a/lorem', 'a/echo'], ['late/echo']]],
    ['a virtual model that is held to a region', 'european', [['eu/echo']]],
  ])('plans %s', async (_what, name, tiers) => {
    const { plan } = setUp([
      { name: 'mix', targets: ['late/echo', 'b/echo', 'a/lorem'] },
      { name: 'nested', targets: ['mix', 'a/echo', 'b/echo'] },
      { name: 'european', targets: ['a/echo', 'eu/echo'], fallbacks: ['b/echo'], regions: ['eu'] },
    ])
    expect((await plan(name)).tiers).toEqual(tiers)
  })

  it.each([
    ['a target', { name: 'outer', targets: ['inner', 'b/echo'] }],
    ['a fallback', { name: 'outer', targets: ['b/echo'], fallbacks: ['inner'] }],
  ])('keeps the regions of a virtual model that is %s of another', async (_what, outer) => {
    const { plan } = setUp([outer, { name: 'inner', targets: ['a/echo', 'eu/echo'], regions: ['eu'] }])
    const { tiers, general } = await plan('outer')
    expect([...tiers, ...general].flat().sort()).toEqual(['b/echo', 'eu/echo'])
  })

  it('keeps no plan that was made from providers that have gone meanwhile', async () => {
    const { plan, replace } = setUp()
    const early = plan('echo')
    replace([provider('b')])
    await early
    expect((await plan('echo')).tiers).toEqual([['b/echo']])
  })

  it('never falls back out of a region', async () => {
    const { plan } = setUp([{ name: 'european', targets: ['eu/echo'], fallbacks: ['b/echo', 'eu/lorem'], regions: ['eu'] }])
    expect((await plan('european')).general).toEqual([['eu/lorem']])
  })

  it.each<[string, string, RouteOverrides, readonly (readonly string[])[]]>([
    ['its own', 'mix', {}, [['a/lorem']]],
    ['those of its name', 'b/echo', {}, [['a/echo']]],
    ['those of every other', 'eu/echo', {}, [['late/slow']]],
    ['the caller’s before all', 'mix', { fallbacks: ['b/slow'] }, [['b/slow']]],
  ])('opens %s as fallbacks', async (_what, name, overrides, general) => {
    const { plan } = setUp([{ name: 'mix', targets: ['a/echo'], fallbacks: ['a/lorem'] }], {
      fallbacks: { 'b/echo': ['a/echo'], '*': { general: ['late/slow'] } },
    })
    expect((await plan(name, overrides)).general).toEqual(general)
  })

  it('takes the strategy from the caller, the virtual model and the rules, in this order', async () => {
    const { plan } = setUp([{ name: 'mix', targets: ['a/echo'], strategy: 'latency' }], { strategy: 'weighted' })
    const strategies = [await plan('mix', { strategy: 'affinity' }), await plan('mix'), await plan('a/echo')].map(
      (one) => one.strategies[0],
    )
    expect(strategies).toEqual(['affinity', 'latency', 'weighted'])
  })

  it.each<[string, string, RouteOverrides]>([
    ['invalid_request', '../etc?', {}],
    ['invalid_request', 'a/echo', { strategy: 'fastest' }],
    ['model_not_found', 'nothing', {}],
    ['model_not_found', 'a/echo', { provider: 'nobody' }],
    ['model_not_found', 'constructor', {}],
  ])('refuses with %s: %s %j', async (code, name, overrides) => {
    await expect(setUp().plan(name, overrides)).rejects.toMatchObject({ code })
  })

  it('forgets its plans when providers come and go', async () => {
    const { plan, replace } = setUp()
    expect((await plan('echo')).tiers.length).toBe(2)
    replace([provider('only')])
    expect((await plan('echo')).tiers).toEqual([['only/echo']])
  })
})
