import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemDeps } from '@proxyapi/core'
import { createGateway } from '@proxyapi/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { loadConfig } from '../../src/config/load-config.ts'
import { runCli } from './run-cli.ts'

interface Tree {
  readonly providers: readonly { readonly name: string; readonly models?: readonly unknown[] }[]
  readonly models: readonly { readonly name: string; readonly targets: readonly string[] }[]
  readonly [section: string]: unknown
}

const fixture = (name: string): string => join(import.meta.dirname, '__fixtures__', name)
const readFile = (path: string): string => readFileSync(path, 'utf8')
/** Every variable has a value; credentials of Vertex are a service account's. */
const variables = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/\$\{([A-Z0-9_]+)\}/g)].map(([, name = '']) => [
      name,
      name === 'VERTEX_CREDENTIALS' ? '{"client_email":"a@b.c","private_key":"k"}' : `value-of-${name.toLowerCase()}`,
    ]),
  )

/** Starts a gateway over a file, whose providers all answer in OpenAI's form, and asks for a model. */
async function ask(path: string, model: string, key?: string): Promise<{ readonly status: number; readonly asked: readonly string[] }> {
  const env = variables(readFile(path))
  const loaded = loadConfig({ path, env, readFile })
  if (!loaded.ok) throw new Error(loaded.problems.join('\n'))
  const asked: string[] = []
  const fetch = async (input: unknown, init?: RequestInit): Promise<Response> => {
    asked.push(String(input))
    const body = init?.body == null ? {} : ((await new Response(init.body).json()) as { model?: string })
    const message = { role: 'assistant', content: 'Hello' }
    return Response.json({
      id: 'a',
      object: 'chat.completion',
      created: 1,
      model: body.model ?? 'm',
      choices: [{ index: 0, finish_reason: 'stop', message }],
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    })
  }
  const gateway = createGateway(loaded.config, { deps: { ...systemDeps, fetch: fetch as typeof globalThis.fetch } }) // called in this one form
  const response = await gateway.fetch('http://127.0.0.1/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
  })
  await response.text()
  await gateway.close()
  return { status: response.status, asked }
}

describe('proxyapi import', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'proxyapi-import-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('takes a LiteLLM configuration of forty models over, which is valid, starts and answers', async () => {
    const out = join(folder, 'from-litellm.yaml')
    const ran = await runCli(['import', 'litellm', fixture('synthetic-litellm.yaml'), '--out', out])
    const text = readFile(out)
    const config = parse(text) as Tree
    expect([ran.code, ran.out, statSync(out).mode & 0o777]).toEqual([0, '', 0o600])
    expect(config.providers.map(({ name, models = [] }) => [name, models.length])).toEqual([
      ['openai', 9],
      ['openai-2', 1],
      ['azure_openai', 1],
      ['azure_openai-2', 1],
      ['anthropic', 4],
      ['bedrock', 1],
      ['vertex', 1],
      ['gemini', 3],
      ['mistral', 3],
      ['groq', 2],
      ['deepseek', 2],
      ['cohere', 4],
      ['grok', 2],
      ['openrouter', 1],
      ['ollama', 1],
      ['openai_compatible', 2],
      ['together', 1],
    ])
    expect(config.models.find(({ name }) => name === 'gpt-4o')?.targets).toEqual([
      'openai/gpt-4o',
      'openai-2/gpt-4o',
      'azure_openai/gpt-4o-eu',
      'azure_openai-2/gpt-4o-us',
    ])
    const { auth, routing, circuit_breaker: breaker, caching, redis, server } = config
    expect({ auth, routing, breaker, caching, redis, server }).toEqual({
      auth: {
        api_keys: [{ name: 'master', key: 'sk-master-key-of-acme', role: 'admin', team: 'everyone' }],
        teams: [{ name: 'everyone', budget: { usd: 1000, window: 'month' } }],
        users: { budget: { usd: 5, window: 'total' } },
      },
      routing: {
        strategy: 'latency',
        fallbacks: {
          'gpt-4o': { general: ['claude-sonnet-4-5', 'gemini-2.5-pro'], content_policy: ['claude-sonnet-4-5'] },
          'in-house': ['gpt-4o-mini'],
          'gpt-4o-mini': { context_length: ['gpt-4.1-mini'] },
          '*': ['gpt-4o-mini'],
        },
        retry: { attempts_per_target: 3, max_attempts: 5 },
      },
      breaker: { failure_threshold: 4, recovery_timeout: 30 },
      caching: { enabled: true, response_cache: { ttl: 600 } },
      redis: { url: 'redis://:${REDIS_PASSWORD}@127.0.0.1:6390' },
      server: { deadline_seconds: { plain: 300, stream: 1800 } },
    })
    const checked = await runCli(['check', '--config', out, '--json'], { env: variables(text) })
    expect([checked.code, (JSON.parse(checked.out) as { ok: boolean }).ok]).toEqual([0, true])
    const answered = await ask(out, 'in-house', 'sk-master-key-of-acme')
    expect(answered).toEqual({ status: 200, asked: ['http://127.0.0.1:8081/v1/chat/completions'] })
  })

  it('lists what it could not take over, line by line, and nothing else', async () => {
    const { err } = await runCli(['import', 'litellm', fixture('synthetic-litellm.yaml')])
    const lines = readFile(fixture('synthetic-litellm.yaml')).split('\n')
    const told = err
      .trim()
      .split('\n')
      .map((line) => /:(\d+):\d+ (\S+): /.exec(line)?.slice(1) ?? [line])
    expect(told.map(([, path]) => path?.replace(/model_list\[\d+\]/, 'model_list[]'))).toEqual([
      'model_list[].litellm_params.rpm',
      'model_list[].litellm_params.tpm',
      'model_list[].litellm_params.max_tokens',
      'model_list[].model_name',
      'model_list[].litellm_params',
      'litellm_settings.drop_params',
      'litellm_settings.success_callback',
      'router_settings.routing_strategy_args.ttl',
      'general_settings.database_url',
      'general_settings.alerting',
    ])
    for (const [line, path = ''] of told)
      expect(lines[Number(line) - 1]).toContain(
        path
          .split('.')
          .at(-1)
          ?.replace(/\[\d+\]$/, '') ?? '',
      )
  })

  it('takes a Portkey configuration over, which is valid, starts and answers', async () => {
    const out = join(folder, 'from-portkey.yaml')
    const { code, err } = await runCli(['import', 'portkey', fixture('synthetic-portkey.json'), '--out', out])
    const { providers, models, routing, caching } = parse(readFile(out)) as Tree
    expect({ code, providers, models, routing, caching }).toEqual({
      code: 0,
      providers: [
        { name: 'openai', api_key: 'sk-openai-one-0123456789', weight: 0.7, models: ['gpt-4o'] },
        {
          name: 'azure_openai',
          api_key: '${PORTKEY_AZURE_EU_1234}',
          base_url: 'https://acme-eu.openai.azure.com',
          weight: 0.3,
          models: ['gpt-4o'],
        },
        { name: 'anthropic', api_key: '${PORTKEY_CLAUDE_MAIN}', timeout_seconds: 45, models: ['claude-sonnet-4-5'] },
        { name: 'groq', api_key: 'gsk-0123456789', models: ['*'] },
      ],
      models: [
        { name: 'portkey-1', targets: ['openai/gpt-4o', 'azure_openai/gpt-4o'], strategy: 'weighted' },
        { name: 'portkey', targets: ['portkey-1'], fallbacks: ['anthropic/claude-sonnet-4-5'] },
      ],
      routing: { retry: { attempts_per_target: 4, max_attempts: 6 } },
      caching: { enabled: true, response_cache: { ttl: 900 } },
    })
    expect(
      err
        .trim()
        .split('\n')
        .map((line) => / (\S+): /.exec(line)?.[1]),
    ).toEqual([
      'strategy.on_status_codes',
      'targets[0].targets[1].virtual_key',
      'targets[0].targets[1].override_params.temperature',
      'targets[1].virtual_key',
      'targets[2]',
      'input_guardrails[0]',
    ])
    expect((await ask(out, 'portkey')).status).toBe(200)
    expect((await runCli(['check', '--config', out], { env: variables(readFile(out)) })).code).toBe(0)
  })

  it.each([
    [
      'a file that is there',
      ['import', 'portkey', fixture('synthetic-portkey.json'), '--out', fixture('README.md')],
      1,
      'the file is there already; --force replaces it',
    ],
    ['a file that is not', ['import', 'litellm', '/nowhere.yaml'], 1, 'no such file'],
    ['another kind of file', ['import', 'litellm', fixture('synthetic-portkey.json')], 1, 'has no model_list'],
    ['a text that is no YAML', ['import', 'portkey', 'BROKEN'], 1, 'BROKEN:1:'],
    ['another gateway', ['import', 'kong', 'x'], 2, 'expected "import litellm FILE"'],
  ])('tells of %s', async (_what, argv, code, message) => {
    const broken = join(folder, 'BROKEN')
    writeFileSync(broken, 'a: [')
    const ran = await runCli(argv.map((word) => (word === 'BROKEN' ? broken : word)))
    expect([ran.code, ran.err.includes(message)]).toEqual([code, true])
  })
})
