import type { Transport, TransportRequest } from '@proxyapi/core'
import { createGateway } from '@proxyapi/server'
import { expect, it } from 'vitest'

const answer = JSON.stringify({
  id: 'a',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello' } }],
})

/** A provider that answers everything and keeps what it was sent. */
function createRecorder(): Transport & { readonly sent: TransportRequest[] } {
  const sent: TransportRequest[] = []
  return {
    sent,
    send: (request) => {
      sent.push(request)
      const pieces = [new TextEncoder().encode(answer)]
      const body = { read: () => Promise.resolve(pieces.shift()), release: () => undefined }
      return { answer: Promise.resolve({ status: 200, headers: { 'content-type': 'application/json' }, body }), abort: () => undefined }
    },
    close: () => Promise.resolve(),
  }
}

const evil = 'http://evil.test/v1'

it.each<[string, { body?: object; headers?: Record<string, string> }]>([
  ['base_url in the body', { body: { base_url: evil, api_base: evil, baseURL: evil } }],
  [
    'a credential in the body',
    { body: { api_key: 'sk-evil', headers: { authorization: 'Bearer sk-evil' }, extra_headers: { authorization: 'x' } } },
  ],
  [
    'a prototype in the body',
    { body: JSON.parse(`{"__proto__": {"base_url": "${evil}"}, "constructor": {"prototype": {"apiKey": "x"}}}`) as object },
  ],
  ['headers of proxies', { headers: { 'x-forwarded-host': 'evil.test', 'x-original-url': evil, forwarded: 'host=evil.test' } }],
  ['headers of other gateways', { headers: { 'x-portkey-custom-host': evil, 'helicone-openai-api-base': evil, 'x-base-url': evil } }],
  ['a header that providers read', { headers: { 'openai-organization': 'org-evil', cookie: 'session=evil', 'x-goog-api-key': 'evil' } }],
])('%s chooses neither the address nor the credential of a provider', async (_name, { body = {}, headers = {} }) => {
  const transport = createRecorder()
  const provider = { name: 'openai', api_key: 'sk-real', base_url: 'http://upstream.test/v1', models: ['m'] }
  const gateway = createGateway({ providers: [provider] }, { transport })
  const response = await gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'openai/m', messages: [{ role: 'user', content: 'Hello' }], ...body }),
  })
  await response.text()
  for (const request of transport.sent) {
    expect([request.origin, request.path, request.headers['authorization']]).toEqual([
      'http://upstream.test',
      '/v1/chat/completions',
      'Bearer sk-real',
    ])
    expect(JSON.stringify(request.headers)).not.toContain('evil')
  }
  expect(response.status === 200 || response.status === 400).toBe(true)
  expect(transport.sent.length).toBe(response.status === 200 ? 1 : 0)
  await gateway.close()
})
