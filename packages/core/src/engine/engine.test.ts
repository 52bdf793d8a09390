import { describe, expect, it } from 'vitest'
import type { Receipt } from '../call/receipt.ts'
import { type Deps, systemDeps } from '../deps.ts'
import { isProviderError } from '../errors/provider-error.ts'
import { isProxyApiError } from '../errors/proxy-api-error.ts'
import { createEngine, type Engine } from './engine.ts'

interface Seen {
  readonly url: string
  readonly body: Record<string, unknown>
}

type Answer = (url: string) => Response

function setUp(answer: Answer, options: Partial<Parameters<typeof createEngine>[0]> = {}): { engine: Engine; seen: Seen[] } {
  const seen: Seen[] = []
  const fakeFetch: Deps['fetch'] = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    seen.push({ url, body: JSON.parse(typeof init?.body === 'string' ? init.body : '{}') as Record<string, unknown> })
    return answer(url)
  }
  const providers = [
    { name: 'openai', type: 'openai', apiKey: 'k', models: ['*'] },
    { name: 'backup', type: 'openai_compatible', baseUrl: 'http://backup/v1', models: ['m'] },
  ]
  return { engine: createEngine({ providers, deps: { ...systemDeps, fetch: fakeFetch }, ...options }), seen }
}

const completion = {
  id: 'x',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
}
const response = {
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  model: 'o3-pro',
  status: 'completed',
  output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hi' }] }],
}
const json = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
const messages = [{ role: 'user' as const, content: 'Hello' }]

describe('an engine', () => {
  it('answers without a server', async () => {
    const { engine, seen } = setUp(() => json(completion))
    expect((await engine.chat({ model: 'gpt-4o', messages, maxTokens: 5 })).choices[0]?.text).toBe('Hi')
    expect(seen).toMatchObject([{ url: 'https://api.openai.com/v1/chat/completions', body: { model: 'gpt-4o', max_completion_tokens: 5 } }])
  })

  it('speaks Responses to the models that speak nothing else', async () => {
    const { engine, seen } = setUp(() => json(response))
    expect((await engine.chat({ model: 'openai/o3-pro', messages })).choices[0]?.text).toBe('Hi')
    expect(seen).toMatchObject([{ url: 'https://api.openai.com/v1/responses', body: { model: 'o3-pro', store: false } }])
  })

  it('goes on to the next target, and the receipt tells both', async () => {
    const receipts: Receipt[] = []
    const { engine } = setUp((url) => (url.includes('openai.com') ? json({ error: { message: 'down' } }, 500) : json(completion)), {
      models: [{ name: 'safe', targets: ['openai/a', 'backup/m'] }],
    })
    await engine.chat({ model: 'safe', messages }, { onSettled: (receipt) => receipts.push(receipt) })
    // Receipts are handed out after the answer, in a task of their own.
    await new Promise((resolve) => setImmediate(resolve))
    expect(receipts).toMatchObject([
      {
        outcome: 'complete',
        provider: 'backup',
        attempts: [{ outcome: 'server' }, { outcome: 'server', reason: 'retry' }, { outcome: 'success', reason: 'fallback' }],
        usage: { totalTokens: 2 },
      },
    ])
  })

  it('stops at a fault of the caller', async () => {
    const { engine, seen } = setUp(() => json({ error: { message: 'bad', type: 'invalid_request_error', param: 'x' } }, 400), {
      models: [{ name: 'safe', targets: ['openai/a', 'backup/m'] }],
    })
    const error = await engine.chat({ model: 'safe', messages }).catch((failure: unknown) => failure)
    expect([isProviderError(error) && [error.failure, error.param], seen.length]).toEqual([['invalid_request', 'x'], 1])
  })

  it('tells a stream from a whole answer', async () => {
    const { engine } = setUp(() => json(completion))
    const texts: string[] = []
    for await (const batch of (await engine.stream({ model: 'backup/m', messages })).batches) {
      for (const chunk of batch.chunks) if (chunk.type === 'text-delta') texts.push(chunk.text)
    }
    expect(texts).toEqual(['Hi'])
  })

  it.each([
    ['an unknown model', { model: 'nope', messages }, 'model_not_found'],
    ['a model that the provider does not list', { model: 'backup/other', messages }, 'model_not_found'],
  ])('refuses %s', async (_what, request, code) => {
    const error = await setUp(() => json(completion))
      .engine.chat(request)
      .catch((failure: unknown) => failure)
    expect(isProxyApiError(error) && error.code).toBe(code)
  })

  it('refuses a provider without its key', () => {
    expect(() => createEngine({ providers: [{ name: 'openai', type: 'openai' }] })).toThrow('has no api_key')
  })
})
