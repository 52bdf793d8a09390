import { systemDeps } from '@proxyapi/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { createGateway, type Gateway } from '../gateway/create-gateway.ts'

const answer = {
  id: 'a',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'A' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
}
const provider = (name: string) => ({ name, type: 'openai', api_key: 'sk-test', base_url: `http://${name}.test/v1`, models: ['*'] })
const keys = {
  admin: { key: 'admin-key-0123456789', role: 'admin', models: ['one/mine'] },
  all: { key: 'all-key-0123456789' },
  narrow: { key: 'narrow-key-0123456789', models: ['one/mine'] },
  whole: { key: 'whole-key-0123456789', models: ['two/*'] },
  none: { key: 'none-key-0123456789', models: ['nothing'] },
} as const

/** A gateway on which somebody has asked for models of two providers. */
async function build(): Promise<Gateway> {
  const gateway = createGateway(
    {
      providers: [provider('one'), provider('two')],
      caching: { enabled: false },
      auth: { api_keys: Object.entries(keys).map(([name, key]) => ({ name, ...key })) },
    },
    { deps: { ...systemDeps, defer: (run) => run(), fetch: async () => Response.json(answer) } },
  )
  const models = [
    'one/mine',
    'one/secret-project',
    'two/secret-launch',
    ...Array.from({ length: 150 }, (_, index) => `two/made-up-${index}`),
  ]
  for (const model of models) {
    const response = await gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': keys.all.key },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
    })
    await response.text()
  }
  return gateway
}

let gateway: Gateway
beforeAll(async () => {
  gateway = await build()
})

const paths = ['/v1/status', '/health?detailed=true', '/health/providers', '/metrics', '/metrics/prometheus']
const ask = (path: string, key?: string): Promise<Response> =>
  gateway.fetch(`http://gateway${path}`, key === undefined ? {} : { headers: { 'x-api-key': key } })

describe.each(paths)('%s', (path) => {
  it('needs a key where keys are configured', async () => {
    expect((await ask(path)).status).toBe(401)
  })

  it.each<readonly [who: keyof typeof keys, shown: readonly string[], hidden: readonly string[]]>([
    ['admin', ['one', 'two', 'mine', 'secret-project', 'secret-launch'], []],
    ['all', ['one', 'two', 'mine', 'secret-project', 'secret-launch'], []],
    ['narrow', ['one', 'mine'], ['two', 'secret-project', 'secret-launch', 'made-up']],
    ['whole', ['two', 'secret-launch', 'made-up'], ['mine', 'secret-project', '"one"']],
    ['none', [], ['"one"', '"two"', 'mine', 'secret', 'made-up']],
  ])('shows the key "%s" what it may use', async (who, shown, hidden) => {
    const response = await ask(path, keys[who].key)
    expect(response.status).toBe(200)
    const text = await response.text()
    // JSON tells metrics by provider alone.
    const visible = path === '/metrics' ? shown.filter((name) => name === 'one' || name === 'two') : shown
    for (const name of visible) expect(text).toMatch(new RegExp(`\\b${name}`))
    for (const name of hidden) expect(text).not.toMatch(name.startsWith('"') ? name : new RegExp(`\\b${name}\\b`))
  })

  // Series of metrics have a bound of their own, on the number of models.
  it.skipIf(path === '/metrics/prometheus')('is bounded, however many models were asked for', async () => {
    expect((await (await ask(path, keys.admin.key)).text()).length).toBeLessThan(120_000)
  })
})

it('says how many models it left out', async () => {
  const { providers } = (await (await ask('/health/providers', keys.whole.key)).json()) as {
    readonly providers: Readonly<Record<string, { readonly targets: readonly unknown[]; readonly targets_omitted: number }>>
  }
  expect([providers['two']?.targets.length, providers['two']?.targets_omitted]).toEqual([100, 51])
})
