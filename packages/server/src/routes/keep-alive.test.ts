import { createVirtualWorld } from '@proxyapi/core/testing'
import { describe, expect, it } from 'vitest'
import { createGateway } from '../gateway/create-gateway.ts'
import { keepAliveComment } from '../http/keep-alive.ts'

const chunk = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`

interface Script {
  /** Before the first content, and before the second. */
  readonly pausesMs: readonly [number, number]
  readonly status?: number
}

function setUp(keepAliveSeconds: number, scripts: Readonly<Record<string, Script>>) {
  const world = createVirtualWorld({ seed: 1 })
  const encoder = new TextEncoder()
  const fetch: typeof globalThis.fetch = async (input) => {
    const { pausesMs, status = 200 } = scripts[new URL(String(input)).host] ?? { pausesMs: [0, 0] }
    await world.deps.sleep(pausesMs[0])
    if (status !== 200) return new Response('{"error":{"message":"boom"}}', { status, headers: { 'content-type': 'application/json' } })
    const body = new ReadableStream<Uint8Array>({
      start: async (controller) => {
        controller.enqueue(encoder.encode(chunk({ role: 'assistant', content: 'one ' })))
        await world.deps.sleep(pausesMs[1])
        controller.enqueue(encoder.encode(`${chunk({ content: 'two' })}${chunk({}, 'stop')}data: [DONE]\n\n`))
        controller.close()
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }
  const timeouts = { first_token_ms: 600_000, idle_ms: 600_000 }
  const names = Object.keys(scripts)
  const gateway = createGateway(
    {
      server: { stream_keepalive_seconds: keepAliveSeconds },
      caching: { enabled: false },
      providers: names.map((name) => ({ name, type: 'openai_compatible', base_url: `http://${name}/v1`, models: ['m'], timeouts })),
      models: [{ name: 'all', targets: [`${names[0]}/m`], fallbacks: names.slice(1).map((name) => `${name}/m`) }],
      routing: { retry: { attempts_per_target: 1 } },
    },
    { deps: { ...world.deps, fetch } },
  )
  const ask = async (path: string): Promise<{ readonly status: number; readonly text: string }> => {
    const input = path.endsWith('responses') ? { input: 'hi' } : { messages: [{ role: 'user', content: 'hi' }], max_tokens: 9 }
    const asked = gateway.fetch(`http://127.0.0.1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'all', stream: true, ...input }),
    })
    const read = asked.then(async (response) => ({ status: response.status, text: await response.text() }))
    await world.run()
    return read
  }
  return { ask }
}

const countOf = (text: string): number => text.split(keepAliveComment).length - 1

describe.each(['/v1/chat/completions', '/v1/messages', '/v1/responses'])('a silent stream of %s', (path) => {
  it('gets a comment for every silence, before its first content and after', async () => {
    const { ask } = setUp(15, { first: { pausesMs: [50_000, 40_000] } })
    const { status, text } = await ask(path)
    expect([status, countOf(text)]).toEqual([200, 5])
    expect(text.indexOf('one')).toBeLessThan(text.indexOf('two'))
    expect(text.slice(0, text.indexOf('one')).match(/keep-alive/g)).toHaveLength(3)
  })

  it('may still be answered by another target', async () => {
    const { ask } = setUp(15, { first: { pausesMs: [50_000, 0], status: 500 }, second: { pausesMs: [20_000, 0] } })
    const { status, text } = await ask(path)
    expect([status, countOf(text)]).toEqual([200, 4])
    expect(text).toContain('two')
  })

  it('ends with an error event when nothing is left', async () => {
    const { ask } = setUp(15, { first: { pausesMs: [50_000, 0], status: 500 } })
    const { status, text } = await ask(path)
    expect([status, countOf(text)]).toEqual([200, 3])
    expect(text).toMatch(/boom/)
    expect(text).not.toContain('[DONE]')
  })

  it('keeps the status of an error that comes before the first comment', async () => {
    const { ask } = setUp(15, { first: { pausesMs: [5_000, 0], status: 500 } })
    expect((await ask(path)).status).toBe(502)
  })

  it('stays silent where it is told to', async () => {
    const { ask } = setUp(0, { first: { pausesMs: [50_000, 40_000] } })
    expect(countOf((await ask(path)).text)).toBe(0)
  })

  it('gets nothing more while content comes', async () => {
    const { ask } = setUp(15, { first: { pausesMs: [10_000, 10_000] } })
    expect(countOf((await ask(path)).text)).toBe(0)
  })
})
