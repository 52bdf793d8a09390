import { bearer, defineProvider, systemDeps } from '@proxyapi/core'
import { openAiChat } from '@proxyapi/core/dialects'
import { expect, it } from 'vitest'
import { createGateway } from '../gateway/create-gateway.ts'
import { parseConfig } from './parse-config.ts'
import { providersFromEnv } from './providers-from-env.ts'

const acme = defineProvider({
  type: 'acme',
  dialect: openAiChat,
  baseUrl: 'https://api.acme.test/v1',
  auth: bearer,
  env: { apiKey: ['ACME_API_KEY'], baseUrl: ['ACME_BASE_URL'] },
  families: /^acme-/,
  paths: { chat: () => '/chat/completions' },
  capabilities: {
    tools: false,
    parallelTools: false,
    vision: false,
    imageUrls: false,
    audio: false,
    files: false,
    jsonSchema: 'none',
    jsonObject: false,
  },
})

function issuesOf(provider: object, definitions = [acme]): readonly string[] {
  const parsed = parseConfig({ providers: [provider] }, definitions)
  return parsed.ok ? [] : parsed.issues.map(({ path, message, found }) => `${path.join('.')} ${message} ${found}`)
}

it.each<[string, object, readonly string[]]>([
  ['its type', { name: 'a', type: 'acme', api_key: 'k' }, []],
  ['its type as the name', { name: 'acme', api_key: 'k' }, []],
  ['no key', { name: 'acme' }, ['providers.0.api_key is missing nothing']],
  ['another type', { name: 'a', type: 'acmee' }, ['providers.0.type has a wrong value "acmee"']],
])('checks a provider of a defined type with %s', (_name, provider, issues) => {
  expect(issuesOf(provider)).toEqual(issues)
})

it('names the types there are where one is wrong', () => {
  const parsed = parseConfig({ providers: [{ name: 'a', type: 'acmee' }] }, [acme])
  expect(parsed.ok ? '' : parsed.issues[0]?.allowed).toMatch(/"openai".*"acme" \| "demo"/)
  expect(issuesOf({ name: 'a', type: 'acme' }, [])).toEqual(['providers.0.type has a wrong value "acme"'])
})

it('reads the environment variables of a defined type', () => {
  const env = { ACME_API_KEY: 'k', ACME_BASE_URL: 'http://acme' }
  expect(providersFromEnv(env, [acme])).toEqual([{ name: 'acme', api_key: 'k', base_url: 'http://acme' }])
  expect(providersFromEnv(env)).toEqual([])
})

it('routes a bare model id to the defined type whose family it is', async () => {
  const sent: string[] = []
  const fetch: typeof globalThis.fetch = (url) => {
    sent.push(String(url))
    return Promise.resolve(Response.json({ choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hi' } }] }))
  }
  const gateway = createGateway(
    { providers: providersFromEnv({ ACME_API_KEY: 'k' }, [acme]).map((provider) => ({ ...provider, models: ['*'] })) },
    { definitions: [acme], deps: { ...systemDeps, fetch } },
  )
  const response = await gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'acme-1', messages: [{ role: 'user', content: 'Hello' }] }),
  })
  expect([response.status, sent]).toEqual([200, ['https://api.acme.test/v1/chat/completions']])
  await gateway.close()
})
