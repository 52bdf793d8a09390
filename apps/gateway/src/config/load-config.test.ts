import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadConfig } from './load-config.ts'

function load(text: string, env: Record<string, string> = {}): ReturnType<typeof loadConfig> {
  return loadConfig({ path: 'gateway.yaml', env, readFile: (path) => (path === 'gateway.yaml' ? text : 'from-a-file\n') })
}

function problems(text: string, env: Record<string, string> = {}): readonly string[] {
  const loaded = load(text, env)
  return loaded.ok ? [] : loaded.problems
}

describe('the configuration', () => {
  it('starts without a file, on loopback, with no provider', () => {
    const loaded = loadConfig({ env: {}, readFile: () => '' })
    expect(loaded.ok && [loaded.config.server.host, loaded.config.server.port, loaded.config.providers]).toEqual(['127.0.0.1', 8000, []])
  })

  it('enables providers from the environment', () => {
    const env = {
      OPENAI_API_KEY: 'k',
      OPENAI_BASE_URL: 'http://127.0.0.1:1/v1',
      OLLAMA_HOST: '127.0.0.1:11434',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      AZURE_OPENAI_API_KEY: 'z',
      AZURE_OPENAI_ENDPOINT: 'http://127.0.0.1:2',
    }
    const loaded = loadConfig({ env, readFile: () => '' })
    expect(loaded.ok && loaded.config.providers.map(({ name, base_url }) => [name, base_url])).toEqual([
      ['openai', 'http://127.0.0.1:1/v1'],
      ['azure_openai', 'http://127.0.0.1:2'],
      ['bedrock', undefined],
      ['ollama', 'http://127.0.0.1:11434'],
    ])
  })

  it.each([
    [
      'an unknown key',
      'providers:\n  - name: openai\n    api_kye: x\n',
      'gateway.yaml:3:5 providers[0].api_kye: unknown key; did you mean "api_key"?',
    ],
    ['a wrong type', 'server:\n  port: eighty\n', 'gateway.yaml:2:3 server.port: has a wrong value (found "eighty"; allowed: number)'],
    ['a value out of range', 'server: { port: 70000 }\n', 'at most 65535'],
    ['an unknown provider type', 'providers: [{ name: mine }]\n', 'is missing, and the name is no known type'],
    ['a missing credential', 'providers: [{ name: openai }]\n', 'providers[0].api_key: is missing'],
    [
      'a missing variable',
      'providers:\n  - { name: openai, api_key: "${NOPE}" }\n',
      'refers to the environment variable NOPE, which is not set',
    ],
    ['broken YAML', 'server: {\n', 'gateway.yaml:2:1'],
    ['a key twice', 'server: {}\nserver: {}\n', 'gateway.yaml:2:1'],
    ['a list for a mapping', '- a\n', 'must be a mapping'],
    ['a target that leads nowhere', 'models: [{ name: fast, targets: ["nowhere/x"] }]\n', 'names no configured provider'],
    ['an exposed gateway without keys', 'server: { host: 0.0.0.0 }\n', 'is not a loopback address, and no API key is configured'],
  ])('refuses %s with its place', (_what, text, problem) => {
    expect(problems(text).join('\n')).toContain(problem)
  })

  it('never shows a secret', () => {
    expect(problems('providers: [{ name: openai, api_key: [super-secret] }]\n').join()).not.toContain('super-secret')
  })

  it('reads references to the environment and to files', () => {
    const loaded = load(
      'server: { port: "${PORT_IN}" }\nproviders: [{ name: openai, api_key: "${file:/run/secret}" }, { name: mistral, api_key: "${X:-fallback}" }]\n',
      { PORT_IN: '9001' },
    )
    expect(loaded.ok && [loaded.config.server.port, ...loaded.config.providers.map((provider) => provider.api_key)]).toEqual([
      9001,
      'from-a-file',
      'fallback',
    ])
  })

  it('lets the environment and the command line win over the file', () => {
    const loaded = loadConfig({
      path: 'x',
      env: { PORT: '9002', API_KEY: 'one-more' },
      readFile: () => 'server: { port: 9001 }\n',
      port: '9003',
    })
    expect(loaded.ok && [loaded.config.server.port, loaded.config.auth.api_keys]).toEqual([9003, ['one-more']])
  })

  it('answers any text with a configuration or with problems', () => {
    fc.assert(fc.property(fc.string(), (text) => load(text) !== undefined))
  })

  it('accepts the example configuration', () => {
    const example = fileURLToPath(new URL('../../../../examples/gateway.yaml', import.meta.url))
    expect(problems(readFileSync(example, 'utf8'), { OPENAI_API_KEY: 'k' })).toEqual([])
  })
})
