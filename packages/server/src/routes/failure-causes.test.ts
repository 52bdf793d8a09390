import { systemDeps, TransportError } from '@proxyapi/core'
import type { CompletedRequest } from '@proxyapi/logging'
import { describe, expect, it } from 'vitest'
import { createGateway } from '../gateway/create-gateway.ts'

interface ErrorAnswer {
  readonly error: { readonly message: string; readonly code: string; readonly type: string }
}

/** A gateway whose one provider can't be reached, or refuses. */
function setUp(answer: () => Response | Promise<Response>) {
  const requests: CompletedRequest[] = []
  const gateway = createGateway(
    {
      providers: [{ name: 'p', type: 'anthropic', base_url: 'http://10.1.2.3', api_key: 'sk-ant-hidden', models: ['m'] }],
      caching: { enabled: false },
    },
    {
      deps: { ...systemDeps, fetch: async () => answer(), sleep: async () => undefined },
      mask: (text) => text.replaceAll('sk-ant-hidden', '***'),
      onRequest: (request) => requests.push(request),
    },
  )
  const ask = async (): Promise<ErrorAnswer> => {
    const body = JSON.stringify({ model: 'p/m', messages: [{ role: 'user', content: 'hi' }], max_tokens: 9 })
    const response = await gateway.fetch('http://127.0.0.1/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    return (await response.json()) as ErrorAnswer
  }
  const health = async (): Promise<string> => (await gateway.fetch('http://127.0.0.1/health/providers')).text()
  return { ask, health, requests }
}

function systemError(code: string): TransportError {
  const inner = Object.assign(new Error(`connect ${code} 10.1.2.3:443`), { code })
  return new TransportError('connect', 'The provider could not be reached.', new TypeError('fetch failed', { cause: inner }))
}

describe.each([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])('%s', (code) => {
  it('is told to the operator in records and health, and not to the client', async () => {
    const { ask, health, requests } = setUp(() => Promise.reject(systemError(code)))
    const answer = JSON.stringify(await ask())
    expect(answer).toContain('upstream_connection_error')
    expect(answer).not.toMatch(new RegExp(`${code}|10\\.1\\.2\\.3`))
    expect(await health()).toMatch(new RegExp(`"last_failure":\\{"failure":"connection".*"cause":"${code}"`))
    expect(await health()).not.toContain('10.1.2.3')
    await new Promise((resolve) => setImmediate(resolve))
    const recorded = requests.find(({ call }) => call !== undefined)
    expect(recorded?.call?.attempts[0]).toMatchObject({ outcome: 'connection', causeCode: code })
  })
})

it('keeps a provider’s words on the account from the client, and shows them to the operator without secrets', async () => {
  const words = 'Your credit balance is too low for sk-ant-hidden.'
  const body = JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message: words } })
  const { ask, health } = setUp(() => new Response(body, { status: 400, headers: { 'content-type': 'application/json' } }))
  const { error } = await ask()
  expect(error).toMatchObject({
    type: 'insufficient_quota',
    code: 'insufficient_quota',
    message: expect.not.stringMatching(/credit|balance/),
  })
  expect(await health()).toContain('Your credit balance is too low for ***.')
})
