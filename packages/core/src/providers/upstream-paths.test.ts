import { describe, expect, it } from 'vitest'
import { createEngine } from '../engine/engine.ts'
import type { ProviderOptions } from './options.ts'
import { pathSegment } from './path-segment.ts'

/** The least configuration of every provider whose paths hold a model's name, and of one whose paths do not. */
const providers: readonly ProviderOptions[] = [
  { name: 'azure', type: 'azure_openai', apiKey: 'k', baseUrl: 'http://up.test', models: ['*'] },
  { name: 'bedrock', type: 'bedrock', apiKey: 'k', region: 'eu-west-1', baseUrl: 'http://up.test', models: ['*'] },
  { name: 'gemini', type: 'gemini', apiKey: 'k', baseUrl: 'http://up.test', models: ['*'] },
  { name: 'openai', type: 'openai', apiKey: 'k', baseUrl: 'http://up.test/v1', models: ['*'] },
]

async function pathsOf(model: string, options: readonly ProviderOptions[] = providers): Promise<readonly string[]> {
  const paths: string[] = []
  const engine = createEngine({
    providers: options,
    deps: {
      now: () => 0,
      monotonicNow: () => 0,
      random: () => 0.5,
      newId: () => 'id',
      sleep: () => Promise.resolve(),
      setTimer: () => () => undefined,
      defer: (run) => run(),
      fetch: async (url) => {
        paths.push(String(url).replace('http://up.test', ''))
        return Response.json({})
      },
    },
    routing: { retry: { maxAttempts: 1 } },
  })
  await engine
    .chat({ model, messages: [{ role: 'user', content: 'Hello' }] })
    .catch((error: unknown) => paths.push((error as Error).message))
  return paths
}

describe.each(providers)('a name of a model for $name', ({ name }) => {
  it.each(['..', '.', '../x', 'a/../b', 'a/..', './a', 'a/./b', '../../admin/keys'])(
    '"%s" never leads elsewhere in the upstream’s paths',
    async (model) => {
      const [refused, ...more] = await pathsOf(`${name}/${model}`)
      expect([refused, more]).toEqual([expect.stringContaining('model must be'), []])
    },
  )

  it.each(['a..b', '...', 'v1.2/a.b', 'a/b:c@d'])('"%s" is one segment', async (model) => {
    const [path = ''] = await pathsOf(`${name}/${model}`)
    expect(path).toMatch(/^\//)
    expect(path.split(/[?#]/)[0]?.split('/')).not.toContain('..')
    if (name !== 'openai') expect(path).toContain(encodeURIComponent(model))
  })
})

it.each([
  ['..', '%2E%2E'],
  ['.', '%2E'],
  ['...', '...'],
  ['a/b?c#d', 'a%2Fb%3Fc%23d'],
])('writes %s as the segment %s', (name, segment) => {
  expect(pathSegment(name)).toBe(segment)
})

describe('the query of a base URL', () => {
  const at = (baseUrl: string, more: Partial<ProviderOptions> = {}): ProviderOptions => ({
    name: 'p',
    type: 'openai',
    apiKey: 'k',
    baseUrl,
    models: ['*'],
    ...more,
  })

  it.each<readonly [options: ProviderOptions, path: string]>([
    [at('http://up.test/v1?api-version=7'), '/v1/chat/completions?api-version=7'],
    [at('http://up.test/v1/?a=1&b=%20&a=2'), '/v1/chat/completions?a=1&b=+&a=2'],
    [at('http://up.test?x=1', { type: 'anthropic' }), '/v1/messages?x=1'],
    [at('http://up.test?api-version=7', { type: 'azure_openai' }), '/openai/deployments/m/chat/completions?api-version=7'],
    [at('http://up.test/openai/v1?api-version=preview', { type: 'azure_openai' }), '/openai/v1/chat/completions?api-version=preview'],
    [at('http://up.test/v1'), '/v1/chat/completions'],
  ])('goes along with every request (%o)', async (options, path) => {
    expect((await pathsOf('p/m', [options]))[0]).toBe(path)
  })
})
