import { afterEach, describe, expect, it } from 'vitest'
import { watchedGateway } from './watched-gateway.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

interface Line {
  readonly level: string
  readonly message: string
  readonly extra_data: Readonly<Record<string, unknown>>
}

function build() {
  const watched = watchedGateway({ auth: { api_keys: [{ name: 'ops', key: 'client-key-0123456789' }] } })
  closing.push(watched.close)
  const ask = async (path: string, init: RequestInit = {}): Promise<readonly Line[]> => {
    const headers = { authorization: 'Bearer client-key-0123456789', 'content-type': 'application/json', 'x-request-id': 'r-1' }
    await (await watched.ask(path, { ...init, headers: { ...headers, ...init.headers } })).text()
    await watched.settled()
    const lines = watched
      .log()
      .split('\n')
      .filter((line) => line !== '')
    // The end of the audit chain is told there too.
    return lines.map((line) => JSON.parse(line) as Line).filter(({ message }) => message !== 'Audit log ends here')
  }
  return { ask }
}

const chat = (model: string, stream: boolean): RequestInit => ({
  method: 'POST',
  body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'a secret prompt' }] }),
})

describe('the line of a request', () => {
  it.each([false, true])('tells of the call, stream %s, and nothing that was said', async (stream) => {
    const { ask } = build()
    const [line, ...more] = await ask('/v1/chat/completions', chat('demo/echo', stream))
    expect(more).toEqual([])
    expect(line).toMatchObject({ level: 'INFO', message: 'Request processed' })
    expect(line?.extra_data).toMatchObject({
      ...{ request_id: 'r-1', key: 'ops', method: 'POST', endpoint: '/v1/chat/completions', status: 200, outcome: 'complete' },
      ...{ provider: 'demo', model: 'echo', attempts: 1, stream },
    })
    for (const name of ['tokens', 'cost_usd', 'latency_ms', 'upstream_ms', 'overhead_ms']) expect(line?.extra_data).toHaveProperty(name)
    expect(JSON.stringify(line)).not.toContain('secret prompt')
  })

  it.each([
    ['/v1/nothing', {}, 'WARNING', 404, 'not_found'],
    ['/v1/models', { headers: { authorization: 'Bearer wrong' } }, 'WARNING', 401, 'invalid_api_key'],
    ['/v1/chat/completions', chat('nope', false), 'WARNING', 404, 'model_not_found'],
  ] as const)('is there for %s too, which never became an answer', async (path, init, level, status, code) => {
    expect(await build().ask(path, init as RequestInit)).toMatchObject([
      { level, message: 'Request refused', extra_data: { status, error_code: code } },
    ])
  })

  it('is for debugging only where a watcher asks and all is well', async () => {
    expect(await build().ask('/health')).toMatchObject([{ level: 'DEBUG', extra_data: { endpoint: '/health', status: 200 } }])
  })
})
