import { describe, expect, it } from 'vitest'
import type { Receipt } from '../call/receipt.ts'
import { createEngine } from '../engine/engine.ts'
import type { FailureClass } from '../errors/failure-class.ts'
import { isProviderError, type ProviderError } from '../errors/provider-error.ts'
import { createVirtualWorld } from '../testing/virtual-world.ts'

interface Refusal {
  readonly type: string
  readonly status: number
  readonly body: object | string
  readonly headers?: Readonly<Record<string, string>>
}

const good = JSON.stringify({
  id: 'x',
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
})
const messages = [{ role: 'user' as const, content: 'Hello' }]
const secrets = { apiKey: 'k', accessKeyId: 'a', secretAccessKey: 's', region: 'us-east-1' }

/** A provider that refuses everything, before one that answers everything. */
function setUp({ type, status, body, headers }: Refusal) {
  const world = createVirtualWorld({ seed: 1 })
  const asked: string[] = []
  const engine = createEngine({
    providers: [
      { name: 'first', type, baseUrl: 'http://first', models: ['m'], apiVersion: '1', ...secrets },
      { name: 'second', type: 'openai_compatible', baseUrl: 'http://second', models: ['m'] },
    ],
    models: [{ name: 'both', targets: ['first/m'], fallbacks: ['second/m'] }],
    deps: {
      ...world.deps,
      fetch: async (input) => {
        const { host } = new URL(input instanceof Request ? input.url : String(input))
        asked.push(host)
        if (host === 'second') return new Response(good, { headers: { 'content-type': 'application/json' } })
        const text = typeof body === 'string' ? body : JSON.stringify(body)
        return new Response(text, {
          status,
          headers: { 'content-type': typeof body === 'string' ? 'text/html' : 'application/json', ...headers },
        })
      },
    },
  })
  const ask = async (
    model: string,
    kind: 'plain' | 'stream',
  ): Promise<{ readonly receipt: Receipt | undefined; readonly error: ProviderError | undefined }> => {
    let receipt: Receipt | undefined
    const options = { onSettled: (settled: Receipt) => (receipt = settled) }
    const read = async (): Promise<void> => {
      if (kind === 'plain') await engine.chat({ model, messages }, options)
      else for await (const _ of (await engine.stream({ model, messages }, options)).batches);
    }
    let error: unknown
    const done = read().catch((thrown: unknown) => (error = thrown))
    await world.run()
    await done
    return { receipt, error: isProviderError(error) ? error : undefined }
  }
  return { ask, asked, engine }
}

const error = (message: string, more: object = {}): object => ({ error: { message, ...more } })
const anthropic = (message: string): object => ({ type: 'error', error: { type: 'invalid_request_error', message } })
const aws = (type: string): { readonly headers: Readonly<Record<string, string>> } => ({ headers: { 'x-amzn-errortype': type } })

const accounts: readonly [FailureClass, Refusal][] = [
  [
    'quota',
    {
      type: 'anthropic',
      status: 400,
      body: anthropic('Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.'),
    },
  ],
  [
    'quota',
    {
      type: 'anthropic',
      status: 400,
      body: anthropic('You have reached your specified API usage limits. You will regain access on 2026-12-01.'),
    },
  ],
  ['quota', { type: 'anthropic', status: 400, body: anthropic('You have reached your specified workspace API usage limits.') }],
  ['authentication', { type: 'anthropic', status: 400, body: anthropic('This organization has been disabled.') }],
  [
    'quota',
    {
      type: 'openai',
      status: 429,
      body: error('You exceeded your current quota, please check your plan and billing details.', { code: 'insufficient_quota' }),
    },
  ],
  [
    'quota',
    {
      type: 'openai',
      status: 429,
      body: error('Your account is not active, please check your billing details.', { code: 'billing_not_active' }),
    },
  ],
  [
    'authentication',
    {
      type: 'openai',
      status: 403,
      body: error('Country, region, or territory not supported', { code: 'unsupported_country_region_territory' }),
    },
  ],
  ['quota', { type: 'deepseek', status: 402, body: error('Insufficient Balance') }],
  ['quota', { type: 'openrouter', status: 402, body: error('Insufficient credits.', { code: 402 }) }],
  ['quota', { type: 'groq', status: 400, body: error('Project reached its spend limit.', { code: 'blocked_api_access' }) }],
  ['authentication', { type: 'groq', status: 400, body: error('Organization has been restricted.', { code: 'organization_restricted' }) }],
  [
    'quota',
    {
      type: 'grok',
      status: 429,
      body: { code: 'x', error: 'Your team has either used all available credits or reached its monthly spending limit.' },
    },
  ],
  ['quota', { type: 'grok', status: 403, body: { code: 'x', error: 'Your newly created team doesn’t have any credits yet.' } }],
  [
    'authentication',
    { type: 'grok', status: 400, body: { code: 'Client specified an invalid argument', error: 'Incorrect API key provided: xa***.' } },
  ],
  [
    'authentication',
    {
      type: 'gemini',
      status: 400,
      body: error('User location is not supported for the API use.', { code: 400, status: 'FAILED_PRECONDITION' }),
    },
  ],
  [
    'authentication',
    {
      type: 'bedrock',
      status: 400,
      body: { message: 'Access to Anthropic models is not allowed from unsupported countries, regions, or territories.' },
      ...aws('ValidationException'),
    },
  ],
  ['authentication', { type: 'bedrock', status: 400, body: { message: 'Operation not allowed' }, ...aws('ValidationException') }],
]

const availability: readonly [FailureClass, Refusal][] = [
  ['rate_limit', { type: 'groq', status: 498, body: error('flex tier capacity exceeded', { type: 'capacity_exceeded' }) }],
  ['retired_model', { type: 'groq', status: 400, body: error('The model has been decommissioned.', { code: 'model_decommissioned' }) }],
  ['server', { type: 'gemini', status: 499, body: error('The operation was cancelled.', { code: 499, status: 'CANCELLED' }) }],
  ['server', { type: 'openai_compatible', status: 499, body: error('The operation was cancelled.') }],
  [
    'unknown_model',
    { type: 'mistral', status: 400, body: { object: 'error', message: 'Invalid model: x', type: 'invalid_model', code: '1500' } },
  ],
  ['unknown_model', { type: 'openrouter', status: 400, body: error('x is not a valid model ID', { code: 400 }) }],
  [
    'unknown_model',
    { type: 'together', status: 400, body: error('Unable to access non-serverless model x.', { code: 'model_not_available' }) },
  ],
  ['retired_model', { type: 'grok', status: 410, body: { error: 'gone' } }],
  ['retired_model', { type: 'openai', status: 410, body: error('gone') }],
  [
    'unknown_model',
    { type: 'bedrock', status: 400, body: { message: 'The provided model identifier is invalid.' }, ...aws('ValidationException') },
  ],
  [
    'unknown_model',
    {
      type: 'bedrock',
      status: 400,
      body: { message: 'Invocation of model ID m with on-demand throughput isn’t supported.' },
      ...aws('ValidationException'),
    },
  ],
  [
    'retired_model',
    {
      type: 'bedrock',
      status: 404,
      body: { message: 'This model version has reached the end of its life.' },
      ...aws('ResourceNotFoundException'),
    },
  ],
]

const named = (rows: readonly [FailureClass, Refusal][]): readonly [string, FailureClass, Refusal][] =>
  rows.map(([failure, refusal]) => [`${refusal.type} ${refusal.status} ${JSON.stringify(refusal.body).slice(0, 90)}`, failure, refusal])

describe.each(named([...accounts, ...availability]))('%s', (_name, failure, refusal) => {
  it.each(['plain', 'stream'] as const)('is no fault of who asked for a %s answer: the next target answers', async (kind) => {
    const { ask } = setUp(refusal)
    const { receipt } = await ask('both', kind)
    expect([receipt?.attempts[0]?.outcome, receipt?.outcome]).toEqual([failure, 'complete'])
  })
})

describe.each(named(accounts))('%s', (_name, failure, refusal) => {
  it('is told to the operator, and not to the client', async () => {
    const { ask, engine } = setUp(refusal)
    const { error: thrown } = await ask('first/m', 'plain')
    expect(thrown?.code).toBe(failure === 'quota' ? 'insufficient_quota' : 'upstream_auth_error')
    expect(thrown?.message).toMatch(/^The (provider "first" refused the gateway's|gateway's account at the provider "first")/)
    expect(JSON.stringify(refusal.body)).toContain(thrown?.detail?.slice(0, 20))
    const [target] = engine.health()[0]?.targets ?? []
    expect(target).toMatchObject({ circuit: 'closed', lastFailure: { failure, detail: thrown?.detail } })
    expect(target?.cooldownMs).toBeGreaterThan(50_000)
  })
})

it.each<[string, Refusal]>([
  ['a web page', { type: 'openai', status: 404, body: '<html>404 Not Found</html>' }],
  ['nothing', { type: 'anthropic', status: 404, body: '' }],
  ['FastAPI', { type: 'openai_compatible', status: 404, body: { detail: 'Not Found' } }],
  ['OpenAI', { type: 'openai', status: 404, body: error('Invalid URL (POST /v1/v1/chat/completions)') }],
  ['Groq', { type: 'groq', status: 404, body: error('Unknown request URL: POST /x.', { code: 'unknown_url' }) }],
  ['Kong', { type: 'mistral', status: 404, body: { message: 'no Route matched with those values' } }],
  ['Gin', { type: 'ollama', status: 404, body: '404 page not found' }],
  ['Anthropic', { type: 'anthropic', status: 404, body: { type: 'error', error: { type: 'not_found_error', message: 'Not Found' } } }],
  ['a path for GET', { type: 'openai', status: 405, body: { detail: 'Method Not Allowed' } }],
])('takes no path there, as %s says it, for a wrong address and not for an unknown model', async (_name, refusal) => {
  const { ask } = setUp(refusal)
  const { error: thrown } = await ask('first/m', 'plain')
  expect([thrown?.code, thrown?.message]).toEqual(['bad_upstream_response', expect.stringContaining('base_url may be wrong')])
  expect((await ask('both', 'plain')).receipt?.outcome).toBe('complete')
})

it.each<[string, Refusal]>([
  [
    'OpenAI',
    {
      type: 'openai',
      status: 404,
      body: error('The model `x` does not exist or you do not have access to it.', { code: 'model_not_found' }),
    },
  ],
  [
    'vLLM',
    {
      type: 'openai_compatible',
      status: 404,
      body: { object: 'error', message: 'The model `x` does not exist.', type: 'NotFoundError', code: 404 },
    },
  ],
  ['Anthropic', { type: 'anthropic', status: 404, body: { type: 'error', error: { type: 'not_found_error', message: 'model: x' } } }],
  ['Ollama', { type: 'ollama', status: 404, body: { error: "model 'x' not found" } }],
  ['nobody in particular', { type: 'openai_compatible', status: 404, body: error('no such thing') }],
])('takes a 404 as %s says it for an unknown model', async (_name, refusal) => {
  expect((await setUp(refusal).ask('first/m', 'plain')).error?.code).toBe('model_not_found')
})

describe('a refusal by 429', () => {
  const limited = (type: string, headers: Readonly<Record<string, string>>): Refusal => ({
    type,
    status: 429,
    body: error('slow down', { type: 'rate_limit_error' }),
    headers,
  })
  const start = createVirtualWorld({ seed: 1 }).startMs
  const at = (ms: number): string => new Date(start + ms).toISOString()
  it.each<[string, Readonly<Record<string, string>>, number]>([
    ['openai', { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '30s' }, 30_000],
    ['openai', { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '6m0s', 'x-ratelimit-reset-tokens': '9m' }, 540_000],
    [
      'openai',
      {
        'x-ratelimit-remaining-requests': '5',
        'x-ratelimit-reset-requests': '6m0s',
        'x-ratelimit-remaining-tokens': '0',
        'x-ratelimit-reset-tokens': '120ms',
      },
      120,
    ],
    ['groq', { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '2m59.56s' }, 179_560],
    ['openai', { 'x-ratelimit-reset-requests': '20s' }, 20_000],
    ['anthropic', { 'anthropic-ratelimit-requests-remaining': '0', 'anthropic-ratelimit-requests-reset': at(30_000) }, 30_000],
    ['anthropic', { 'anthropic-ratelimit-input-tokens-remaining': '0', 'anthropic-ratelimit-input-tokens-reset': at(45_000) }, 45_000],
    [
      'anthropic',
      {
        'anthropic-ratelimit-output-tokens-remaining': '0',
        'anthropic-ratelimit-output-tokens-reset': at(45_000),
        'anthropic-ratelimit-tokens-remaining': '9',
        'anthropic-ratelimit-tokens-reset': at(99_000),
      },
      45_000,
    ],
    ['openrouter', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(start + 60_000) }, 60_000],
    ['together', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '12' }, 12_000],
    ['mistral', { 'ratelimit-remaining': '0', 'ratelimit-reset': '48' }, 48_000],
    ['azure_openai', { 'retry-after-ms': '0', 'retry-after': '17' }, 17_000],
    ['azure_openai', { 'retry-after-ms': '2500', 'retry-after': '17' }, 2_500],
    ['cohere', { 'retry-after': new Date(start + 20_000).toUTCString() }, 20_000],
    ['cohere', { 'retry-after': 'Wed, 21 Oct 2026 07:28:30 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' }, 30_000],
    ['gemini', { 'retry-after': '3', 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '30s' }, 3_000],
  ])('of %s with %o names when to come back', async (type, headers, ms) => {
    const { ask, asked } = setUp(limited(type, headers))
    const { error: thrown } = await ask('first/m', 'plain')
    expect(Math.abs((thrown?.retryAfterMs ?? 0) - ms)).toBeLessThan(1_000)
    expect(asked).toHaveLength(ms > 10_000 ? 1 : 2)
  })

  it.each<Readonly<Record<string, string>>>([
    { 'retry-after': 'soon' },
    { 'retry-after': '-5' },
    { 'retry-after': '99999999' },
    { 'retry-after': '1e9' },
    { 'x-ratelimit-reset-tokens': '', 'x-ratelimit-remaining-tokens': '0' },
    { 'x-ratelimit-reset-tokens': '30 bananas', 'x-ratelimit-remaining-tokens': '0' },
    { 'x-ratelimit-reset-tokens': '400d', 'x-ratelimit-remaining-tokens': '0' },
    { 'x-ratelimit-reset-tokens': '30s', 'x-ratelimit-remaining-tokens': '12' },
    { 'anthropic-ratelimit-requests-reset': '1999-01-01T00:00:00Z', 'anthropic-ratelimit-requests-remaining': '0' },
  ])('with %o names none that is believed', async (headers) => {
    expect((await setUp(limited('openai', headers)).ask('first/m', 'plain')).error?.retryAfterMs).toBeUndefined()
  })

  it('and only it is read for when an allowance comes back: the headers stand on every answer', async () => {
    const headers = { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '30s' }
    expect((await setUp({ ...limited('openai', headers), status: 500 }).ask('first/m', 'plain')).error?.retryAfterMs).toBeUndefined()
  })
})
