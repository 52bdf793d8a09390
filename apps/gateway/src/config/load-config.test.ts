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
      'providers[0].api_key: refers to the environment variable NOPE, which is not set',
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

const provider = (fields: string): string => `providers:\n  - name: openai\n    type: openai\n    ${fields}\n`

describe('what a configuration refers to', () => {
  it.each([
    ['a default', '${A:-b}', {}, 'b'],
    ['a variable within a default', '${A:-${B}}', { B: 'the-real-key' }, 'the-real-key'],
    ['a default within a default', '${A:-${B:-c}}', {}, 'c'],
    ['text around a default', '${A:-x${B:-y}z}', {}, 'xyz'],
    ['the variable before its default', '${A:-${B}}', { A: 'a' }, 'a'],
    ['an escaped reference', '$${A}', {}, '${A}'],
    ['braces after a reference', '${A}}', { A: 'a' }, 'a}'],
  ])('is read as meant: %s', (_what, text, env, expected) => {
    const loaded = load(provider(`api_key: '${text}'`), env)
    expect(loaded.ok && loaded.config.providers[0]?.api_key).toBe(expected)
  })

  it.each([
    ['server: { port: "${LEAK}" }\n'],
    ['server: { host: "${LEAK}" , port: 70000}\nlogging: { level: "${LEAK}" }\n'],
    ['server: { port: "${LEAK}" }\nlogging: { level: "a ${LEAK} b" }\n'],
    ['providers: [{ name: openai, type: "${LEAK}", api_key: k }]\n'],
    ['providers: [{ name: "${LEAK}!", api_key: k }]\n'],
    ['providers: [{ name: openai, api_key: k, base_url: "${LEAK}" }]\n'],
    ['models: [{ name: fast, targets: ["${LEAK}/x"] }]\n'],
    ['routing: { strategy: "${LEAK}", fallbacks: { a: ["${LEAK}/b"] } }\n'],
    ['telemetry: { jaeger: { enabled: "${LEAK}" } }\n'],
    ['caching: { scope: "${LEAK}", response_cache: { ttl: "${LEAK}" } }\n'],
    ['alerting: { rules: [{ name: a, condition: "${LEAK} > 1", severity: warning, channels: [slack] }] }\n'],
    ['chaos_engineering: { faults: [{ type: "${LEAK}", target: "${LEAK}" }] }\n'],
    ['rate_limit: { routes: { /v1: "${LEAK}" } }\n'],
    ['auth: { api_keys: [{ name: a, key: kkkkkkkk, expires: "${LEAK}", role: "${LEAK}" }] }\n'],
  ])('never stands in a problem: %s', (text) => {
    const found = problems(text, { LEAK: 'sk-leaked-0123456789' })
    expect(found.length).toBeGreaterThan(0)
    expect(found.join('\n')).not.toContain('leaked')
  })

  it('is bounded in depth and size', () => {
    expect(problems(provider(`api_key: '${'${A:-'.repeat(20)}x${'}'.repeat(20)}'`))).toEqual([
      expect.stringContaining('defaults within defaults'),
    ])
    const many = `texts:\n${'  - ${BIG}\n'.repeat(100)}`
    expect(problems(many, { BIG: 'x'.repeat(100_000) })[0]).toContain('more than 4 MiB')
    const big = loadConfig({
      path: 'f',
      env: {},
      readFile: (path) => (path === 'f' ? provider('api_key: ${file:/x}') : 'x'.repeat(70_000)),
    })
    expect(big).toMatchObject({ ok: false, problems: [expect.stringContaining('larger than 64 KiB')] })
  })

  it('keeps a problem where it is said', () => {
    expect(problems('server: {}\n', { PORT: 'eighty' })).toEqual([expect.stringMatching(/^PORT: server.port: has a wrong value/)])
    expect(problems('server: {}\n', { LOG_LEVEL: 'loud' })).toEqual([expect.stringMatching(/^LOG_LEVEL: logging.level/)])
  })
})

describe('hostile configurations', () => {
  const mebibyte = 1024 * 1024
  it.each([
    ['many keys', Array.from({ length: 60_000 }, (_, index) => `key${index}: 1`).join('\n')],
    ['many equal keys', 'a: 1\n'.repeat(150_000)],
    ['unclosed references', `a: "${'${'.repeat(mebibyte / 2 - 10)}"`],
    ['nested references', `a: "${'${A:-'.repeat(mebibyte / 5 - 10)}"`],
    ['a deep list', '['.repeat(mebibyte)],
    [
      'a million laughs',
      `a: &a [x,x,x,x,x,x,x,x,x,x]\n${'bcdefghi'.replace(/./g, (name) => `${name}: &${name} [${`*${String.fromCharCode(name.charCodeAt(0) - 1)},`.repeat(10)}]\n`)}`,
    ],
    ['an alias of itself', 'a: &a [*a]\n'],
    ['an alias of nothing', 'a: *b\n'],
  ])('are answered: %s', (_what, text) => {
    const found = problems(text)
    expect(found.length).toBeGreaterThan(0)
    expect(found.length).toBeLessThanOrEqual(50)
    expect(found.join('\n').length).toBeLessThan(30_000)
  })

  it.each(['!foo x', '!!js/function "x"', '!<tag:example.com,2000:x> y', '!env X'])('custom tags are refused: %s', (value) => {
    expect(problems(`server: { host: ${value} }\n`).join('\n')).toContain('tag')
  })

  it('aliases and merges are read', () => {
    const loaded = load(
      'providers:\n  - &a { name: a, type: openai, api_key: k, models: &m [x] }\n  - { <<: *a, name: b }\n  - { name: c, type: openai, api_key: k, models: *m }\n',
    )
    expect(loaded.ok && loaded.config.providers.map(({ name, models, api_key }) => [name, models, api_key])).toEqual([
      ['a', ['x'], 'k'],
      ['b', ['x'], 'k'],
      ['c', ['x'], 'k'],
    ])
  })

  it('a problem behind an alias has a place', () => {
    expect(problems('server: &s { port: 1, hots: x }\nx: *s\n').join('\n')).toContain('gateway.yaml:1:23 server.hots')
  })
})

describe('values that no header can carry', () => {
  it.each([
    ['api_key', 'sk-abc\n'],
    ['api_key', 'sk\u200babc'],
    ['api_key', 'ключ'],
    ['api_key', '\ufeffsk-abc'],
    ['api_key', 'sk abc '],
    ['api_key', 'sk-é'],
    ['session_token', 'a\r\nb'],
    ['secret_access_key', 'a\tb'],
    ['headers', 'a\nb'],
    ['headers', 'a\u2028b'],
    ['headers', '日本'],
  ])('are refused where they stand: %s %j', (field, value) => {
    const fields =
      field === 'api_key'
        ? 'api_key: ${V}'
        : field === 'headers'
          ? 'api_key: k\n    headers: { x-team: "${V}" }'
          : `api_key: k\n    ${field}: \${V}`
    const found = problems(provider(fields), { V: value })
    const name = field === 'headers' ? 'providers[0].headers.x-team' : `providers[0].${field}`
    const line = field === 'api_key' ? 4 : 5
    expect(found).toEqual([
      expect.stringMatching(new RegExp(`^gateway.yaml:${line}:\\d+ ${name.replace(/[[\].]/g, '\\$&')}: holds a character`)),
    ])
    expect(found.join()).not.toContain(value)
  })

  it('are refused where they come from the environment alone', () => {
    const loaded = loadConfig({ env: { OPENAI_API_KEY: 'sk\n' }, readFile: () => '' })
    expect(loaded).toMatchObject({ ok: false, problems: [expect.stringContaining('providers[0].api_key')] })
  })

  it('leave what a header can carry', () => {
    expect(problems(provider('api_key: "sk with spaces ~!"\n    headers: { x-team: "café", accept-language: "" }'))).toEqual([])
  })
})

describe('keys of clients', () => {
  it('may be the variable that a file refers to', () => {
    const loaded = load('auth: { api_keys: ["${API_KEY}", { name: ops, key: other-key, role: admin }] }\n', { API_KEY: 'client-key-0123' })
    expect(loaded.ok && loaded.config.auth.api_keys.length).toBe(2)
  })

  it.each(['', 'k', '1234567'])('that can be guessed are refused beyond loopback: "%s"', (key) => {
    expect(problems(`auth: { api_keys: ["${key}"] }\nserver: { host: 0.0.0.0 }\n`)).toHaveLength(1)
  })

  it('are needed at an address that only begins like loopback', () => {
    expect(problems('server: { host: 127.evil.example }\n')).toEqual([expect.stringContaining('is not a loopback address')])
  })
})

it.each([
  ['warn', 'WARNING'],
  ['Warning', 'WARNING'],
  ['error', 'ERROR'],
  ['fatal', 'ERROR'],
  ['trace', 'DEBUG'],
  ['info', 'INFO'],
])('LOG_LEVEL=%s means %s', (level, meant) => {
  const loaded = load('server: {}\n', { LOG_LEVEL: level })
  expect(loaded.ok && loaded.config.logging.level).toBe(meant)
})

it.each([
  'http://169.254.169.254/v1',
  'http://2852039166/v1',
  'http://0xA9.0xFE.1.1/',
  'http://[fe80::1]/v1',
  'http://[::ffff:169.254.169.254]/v1',
  'http://[fd00:ec2::254]/',
  'http://metadata.google.internal/v1',
  'http://100.100.100.200/',
])('a base URL is no address of metadata: %s', (url) => {
  expect(problems(provider(`api_key: k\n    base_url: "${url}"`))).toEqual([
    expect.stringMatching(/^gateway\.yaml:5:5 providers\[0\]\.base_url: .*neither link-local nor of cloud metadata/),
  ])
})

describe('a provider in the file', () => {
  const load = (text: string, env: Record<string, string>): ReturnType<typeof loadConfig> =>
    loadConfig({ path: 'g.yaml', env, readFile: () => text })
  it.each<[string, string, Record<string, string>, object]>([
    ['its key', '- name: openai', { OPENAI_API_KEY: 'env-key' }, { api_key: 'env-key' }],
    [
      'its address',
      '- { name: openai, api_key: own-key }',
      { OPENAI_BASE_URL: 'http://proxy/v1', OPENAI_API_KEY: 'env-key' },
      { api_key: 'own-key', base_url: 'http://proxy/v1' },
    ],
    ['what its type has', '- { name: mine, type: anthropic }', { ANTHROPIC_API_KEY: 'env-key' }, { api_key: 'env-key' }],
    [
      'nothing that the file says',
      '- { name: openai, api_key: own-key, base_url: "http://own/v1" }',
      { OPENAI_BASE_URL: 'http://env/v1', OPENAI_API_KEY: 'e' },
      { api_key: 'own-key', base_url: 'http://own/v1' },
    ],
    [
      'AWS credentials',
      '- { name: bedrock, models: [m] }',
      { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's', AWS_REGION: 'eu-west-1' },
      { access_key_id: 'a', secret_access_key: 's', region: 'eu-west-1' },
    ],
    [
      'the other half of a credential',
      '- { name: bedrock, region: us-east-1, access_key_id: own }',
      { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's' },
      { access_key_id: 'own', secret_access_key: 's', region: 'us-east-1' },
    ],
  ])('takes from the environment %s', (_name, providers, env, expected) => {
    const loaded = load(`providers:\n  ${providers}\n`, env)
    expect(loaded.ok ? loaded.config.providers[0] : loaded.problems).toMatchObject(expected)
  })
})

describe('the form of another gateway', () => {
  it('is told apart from a mistake', () => {
    const text = 'general_settings: {}\nmodel_list:\n  - model_name: gpt-4o\n    litellm_params: { model: openai/gpt-4o }\n'
    const loaded = loadConfig({ path: 'g.yaml', env: {}, readFile: () => text })
    expect(loaded.ok ? [] : loaded.problems).toEqual([
      expect.stringMatching(/^g\.yaml:2:1 model_list: is LiteLLM's form\. .*`providers`.*`models`/),
    ])
  })
})
