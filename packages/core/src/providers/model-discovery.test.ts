import { describe, expect, it } from 'vitest'
import { systemDeps } from '../deps.ts'
import { createDemoProvider } from './demo/create-demo-provider.ts'
import { createModelDiscovery, type KeptModelList, type ModelListChange } from './model-discovery.ts'
import type { Provider } from './provider.ts'

const hourMs = 3_600_000

/** A provider whose list is what the test says, and what has been kept and told. */
function setUp(kept: readonly KeptModelList[] = []) {
  let nowMs = 10 * hourMs
  let answer: () => Promise<readonly string[]> = async () => ['a', 'b']
  let asked = 0
  const saved: (readonly KeptModelList[])[] = []
  const changes: ModelListChange[] = []
  const failures: unknown[] = []
  const provider: Provider = {
    ...createDemoProvider({ name: 'openai', type: 'demo' }, systemDeps),
    type: 'openai',
    models: 'discover',
    listModels: async () => {
      asked++
      return (await answer()).map((id) => ({ id }))
    },
  }
  const discovery = createModelDiscovery(
    { now: () => nowMs },
    {
      store: { load: () => kept, save: (lists) => saved.push(lists) },
      onChange: (change) => changes.push(change),
      onFailure: (_provider, error) => failures.push(error),
    },
  )
  const ids = async (): Promise<readonly string[]> => (await discovery.of(provider)).map(({ id }) => id)
  return {
    ...{ discovery, provider, ids, saved, changes, failures, asked: () => asked },
    pass: (ms: number) => (nowMs += ms),
    respond: (next: typeof answer) => (answer = next),
  }
}

const listOf = (ids: readonly string[], fetchedAtMs: number): KeptModelList => ({
  ...{ provider: 'openai', type: 'openai', fetchedAtMs },
  models: ids.map((id) => ({ id })),
})
const settle = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('the lists of models', () => {
  it('are fetched once for all who ask, and kept', async () => {
    const { ids, asked, saved } = setUp()
    expect(await Promise.all([ids(), ids(), ids()])).toEqual([
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'b'],
    ])
    expect([asked(), saved]).toEqual([1, [[listOf(['a', 'b'], 10 * hourMs)]]])
  })

  it('answer at once from what a former process kept, and are fetched anew meanwhile', async () => {
    const { ids, discovery, provider, changes, respond } = setUp([listOf(['a', 'gone'], 1)])
    let finish: (ids: readonly string[]) => void = () => undefined
    respond(() => new Promise((resolve) => (finish = resolve)))
    expect(discovery.known(provider).map(({ id }) => id)).toEqual(['a', 'gone'])
    expect(await ids()).toEqual(['a', 'gone'])
    finish(['a', 'new'])
    await settle()
    expect(await ids()).toEqual(['a', 'new'])
    expect(changes).toEqual([{ provider: 'openai', added: ['new'], addedCount: 1, removed: ['gone'], removedCount: 1 }])
  })

  it('of another type of provider are not taken over', async () => {
    const { ids } = setUp([{ ...listOf(['x'], 10 * hourMs), type: 'groq' }])
    expect(await ids()).toEqual(['a', 'b'])
  })

  it('stay when the provider fails, and say since when and why', async () => {
    const { ids, discovery, provider, failures, respond, pass } = setUp()
    await ids()
    const broken = new Error('503')
    respond(() => Promise.reject(broken))
    pass(hourMs)
    await ids()
    await settle()
    pass(60_000)
    await ids()
    await settle()
    expect(await ids()).toEqual(['a', 'b'])
    expect([failures.length, discovery.report(provider)]).toEqual([
      2,
      { provider: 'openai', models: 2, fetchedAtMs: 10 * hourMs, failure: { sinceMs: 11 * hourMs, error: broken } },
    ])
  })

  it('leave a provider alone for a minute after it has failed', async () => {
    const { ids, asked, respond, pass } = setUp()
    respond(() => Promise.reject(new Error('503')))
    expect([await ids(), await ids(), asked()]).toEqual([[], [], 1])
    respond(async () => ['c'])
    pass(60_000)
    expect(await ids()).toEqual(['c'])
  })

  it('are fetched when asked to, fresh or not', async () => {
    const { ids, discovery, provider, respond } = setUp()
    await ids()
    respond(async () => ['c'])
    expect(await discovery.refresh(provider)).toMatchObject({ models: 1, failure: undefined })
    expect(await ids()).toEqual(['c'])
  })

  it('name 20 models of a change and count the others', async () => {
    const { ids, discovery, provider, changes, respond } = setUp()
    await ids()
    respond(async () => Array.from({ length: 500 }, (_, index) => `m${index}`))
    await discovery.refresh(provider)
    expect([changes[0]?.added.length, changes[0]?.addedCount, changes[0]?.removed]).toEqual([20, 500, ['a', 'b']])
  })
})
