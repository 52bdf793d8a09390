import { systemDeps } from '@proxyapi/core'
import { createLogger } from '@proxyapi/logging'
import { createGateway } from '@proxyapi/server'
import { describe, expect, it } from 'vitest'
import { logRequest } from './log-request.ts'

function build() {
  const lines: { readonly level: string; readonly message: string; readonly extra_data: Record<string, unknown> }[] = []
  const logger = createLogger({ level: 'DEBUG', write: (line) => lines.push(JSON.parse(line)) })
  const config = { auth: { api_keys: [{ name: 'ops', key: 'client-key-0123456789' }] } }
  const gateway = createGateway(config, { deps: { ...systemDeps, defer: (run) => run() }, onRequest: (request) => logRequest(logger, request) })
  const ask = async (path: string, init: RequestInit = {}): Promise<void> => {
    const headers = { authorization: 'Bearer client-key-0123456789', 'content-type': 'application/json', 'x-request-id': 'r-1' }
    await (await gateway.fetch(`http://gateway${path}`, { ...init, headers: { ...headers, ...init.headers } })).text()
  }
  return { lines, ask }
}

const chat = (model: string, stream: boolean): RequestInit => ({
  method: 'POST',
  body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'a secret prompt' }] }),
})

describe('the line of a request', () => {
  it.each([false, true])('tells of the call, stream %s, and nothing that was said', async (stream) => {
    const { lines, ask } = build()
    await ask('/v1/chat/completions', chat('demo/echo', stream))
    const [line, ...more] = lines
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
    const { lines, ask } = build()
    await ask(path, init as RequestInit)
    expect(lines).toMatchObject([{ level, message: 'Request refused', extra_data: { status, error_code: code } }])
  })

  it('is for debugging only where a watcher asks and all is well', async () => {
    const { lines, ask } = build()
    await ask('/health')
    expect(lines).toMatchObject([{ level: 'DEBUG', extra_data: { endpoint: '/health', status: 200 } }])
  })
})
