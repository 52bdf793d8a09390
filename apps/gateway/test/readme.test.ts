import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createGateway, type Gateway } from '@proxyapi/server'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../src/config/load-config.ts'
import { main } from '../src/main.ts'
import type { CliContext } from '../src/process.ts'

const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8')
const yamlsOf = (text: string): readonly string[] => [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
const readme = read('../../../README.md')
const guide = read('../README.md')
const guideYaml = (field: string): string => yamlsOf(guide).find((text) => text.startsWith(field)) ?? ''
const yaml = yamlsOf(readme)[0] ?? ''

function world(files: Readonly<Record<string, string>>): CliContext & { said: () => string } {
  let said = ''
  const say = (text: string): void => {
    said += text
  }
  return {
    env: {},
    readFile: (path) => files[path] ?? '',
    out: say,
    err: say,
    onStop: () => undefined,
    onHangup: () => undefined,
    exit: () => undefined,
    said: () => said,
  }
}

describe('the README', () => {
  it.each([...yamlsOf(readme), ...yamlsOf(guide)])('has a configuration that is accepted: %s', (text) => {
    const env = { OPENAI_API_KEY: 'sk-test' }
    expect(loadConfig({ path: 'gateway.yaml', env, readFile: () => text })).toMatchObject({ ok: true })
  })

  it.each([
    ['a greeting', { choices: [{ message: { content: 'Hello' } }] }],
    [
      'a call of a tool',
      {
        choices: [
          {
            message: { tool_calls: [{ function: { name: 'get_weather', arguments: '{"city":"city","days":1}' } }] },
            finish_reason: 'tool_calls',
          },
        ],
      },
    ],
    ['a structured answer', { status: 'completed', output: [{ content: [{ text: '{"text":"Hello","mood":"glad"}' }] }] }],
    [
      'a message with a thought',
      { content: [{ type: 'thinking' }, { type: 'text', text: 'Hello' }], stop_reason: 'stop_sequence', stop_sequence: '!' },
    ],
  ])('has requests that are answered: %s', async (name, expected) => {
    const requests = [...readme.matchAll(/curl http:\/\/127\.0\.0\.1:8000(\S+)[^']*(?:'[^'{]+'[^']*)+'(\{[^']+)'/g)]
    expect(requests).toHaveLength(4)
    const [, path = '', body = ''] =
      requests[['a greeting', 'a call of a tool', 'a structured answer', 'a message with a thought'].indexOf(name)] ?? []
    const headers = { 'content-type': 'application/json' }
    const response = await createGateway({}).fetch(`http://gateway${path}`, { method: 'POST', headers, body })
    expect(await response.json()).toMatchObject(expected)
  })
})

describe('the guide to the gateway', () => {
  const configOf = (text: string): object => {
    const loaded = loadConfig({ path: 'gateway.yaml', env: {}, readFile: () => text })
    return loaded.ok ? loaded.config : {}
  }
  const ask = (gateway: Gateway, path: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    gateway.fetch(`http://gateway${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
  const hello = (model: string): string => JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] })

  it('has a chaos experiment that starts without a key of any provider', async () => {
    const [, path = '', body = ''] = /curl http:\/\/127\.0\.0\.1:8000(\/api\/chaos\/start)[^{]*'(\{[^']+)'/.exec(guide) ?? []
    const gateway = createGateway(configOf(guideYaml('chaos_engineering')))
    const response = await ask(gateway, path, body)
    expect([response.status, await response.json()]).toEqual([200, expect.objectContaining({ experiment_id: expect.any(String) })])
    expect((await ask(gateway, '/api/chaos/stop', '{}')).status).toBe(200)
  })

  it('has a use case that answers', async () => {
    const text = guide.match(/```yaml\n(providers:\n.*use_case[\s\S]*?)```/)?.[1] ?? ''
    expect((await ask(createGateway(configOf(text)), '/v1/chat/completions', hello('auto:chat_completion'))).status).toBe(200)
  })

  it('has keys that do what it says of them', async () => {
    const gateway = createGateway(configOf(guideYaml('auth')))
    const statusOf = async (key: string, model: string): Promise<number> =>
      (await ask(gateway, '/v1/chat/completions', hello(model), { 'x-api-key': key })).status
    expect(await statusOf('secure-key-1', 'demo/echo')).toBe(200)
    expect(await statusOf('secure-key-2', 'demo/echo')).toBe(200)
    expect(await statusOf('secure-key-2', 'other/model')).toBe(403)
    expect(await statusOf('secret', 'demo/echo')).toBe(200)
    expect(await statusOf('unknown', 'demo/echo')).toBe(401)
    const audit = (key: string): Promise<Response> =>
      gateway.fetch('http://gateway/api/cache', { method: 'DELETE', headers: { 'x-api-key': key } })
    expect([(await audit('secret')).status, (await audit('secure-key-1')).status]).toEqual([200, 403])
  })
})

describe('the command line', () => {
  it.each([
    [['check', '--config', 'gateway.yaml'], 0, 'gateway.yaml: ok (2 providers, 1 virtual models, 1 keys)'],
    [['check', '--config', 'bad.yaml'], 1, 'bad.yaml:1:1 serve: unknown key; did you mean "server"?'],
    [['start', '--help'], 0, 'proxyapi start'],
    [['start', '--nope'], 2, "Unknown option '--nope'"],
    [['dance'], 2, 'there is no command "dance"'],
    [[], 2, 'proxyapi COMMAND'],
  ])('%j ends with %i', async (argv, code, text) => {
    const process = world({ 'gateway.yaml': yaml, 'bad.yaml': 'serve: {}\n' })
    expect(await main(argv, process)).toBe(code)
    expect(process.said()).toContain(text)
  })
})
