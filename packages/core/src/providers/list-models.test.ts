import { describe, expect, it } from 'vitest'
import { systemDeps } from '../deps.ts'
import { createFetchTransport } from '../transport/fetch-transport.ts'
import { createProvider } from './create-provider.ts'
import { createProviderTable } from './registry.ts'

const options = { name: 'listed', type: 'openai_compatible', baseUrl: 'http://provider.invalid/v1' }

interface World {
  readonly respond: (page: number) => BodyInit
  /** Runs timers at once, as if nothing ever came in time. */
  readonly isLate?: boolean
}

/** The models that a provider lists which answers each page by `respond`. */
async function list({ respond, isLate = false }: World): Promise<readonly string[]> {
  let pages = 0
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const signal = input instanceof Request ? input.signal : init?.signal
    signal?.throwIfAborted()
    return new Response(respond(++pages), { headers: { 'content-type': 'application/json' } })
  }
  const setTimer = (callback: () => void): (() => void) => {
    if (isLate) callback()
    return () => undefined
  }
  const deps = { ...systemDeps, fetch, setTimer }
  const provider = createProvider(options, { deps, transport: createFetchTransport(deps), table: createProviderTable() })
  return (await provider.listModels()).map(({ id }) => id)
}

const page = (ids: readonly string[], rest: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({ object: 'list', data: ids.map((id) => ({ id, object: 'model' })), ...rest })

/** Spaces without end. */
function endless(): ReadableStream<Uint8Array> {
  const spaces = new TextEncoder().encode(' '.repeat(1024 * 1024))
  return new ReadableStream({ pull: (controller) => controller.enqueue(spaces) })
}

describe("a provider's list of models", () => {
  it('is read', async () => {
    expect(await list({ respond: () => page(['a', 'b']) })).toEqual(['a', 'b'])
  })

  it.each<[string, World]>([
    ['has no end', { respond: () => endless() }],
    ['does not come in time', { respond: () => page(['a']), isLate: true }],
    ['is no JSON', { respond: () => 'x'.repeat(1_000) }],
    ['is made of small objects', { respond: () => `{"data":[${'{},'.repeat(2_000_000)}{}]}` }],
    ['nests without end', { respond: () => `{"data":${'['.repeat(1_000_000)}` }],
  ])('that %s is no list', async (_what, world) => {
    await expect(list(world)).rejects.toMatchObject({ code: 'bad_upstream_response' })
  })

  it('is cut at 10,000 models', async () => {
    expect(await list({ respond: () => page(Array.from({ length: 20_000 }, (_, index) => `m${index}`)) })).toHaveLength(10_000)
  })

  it('leaves out ids that no client could send', async () => {
    expect(await list({ respond: () => page(['x'.repeat(257), 'b']) })).toEqual(['b'])
  })
})
