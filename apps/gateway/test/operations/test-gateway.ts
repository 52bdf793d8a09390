import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Deps, systemDeps } from '@proxyapi/core'
import { createNodeTransport } from '@proxyapi/core/node'
import { createGateway, type GatewayDeps } from '@proxyapi/server'
import { listen } from '@proxyapi/server/node'

export type Json = Record<string, unknown>

/** A clock that the test advances. Backoffs take no time; the network is real. */
function createClock(startMs = Date.UTC(2030, 0, 1)) {
  let nowMs = startMs
  const timers = new Set<{ readonly atMs: number; readonly run: () => void }>()
  const due = (untilMs: number) => [...timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0]
  const deps: Deps = {
    ...systemDeps,
    now: () => nowMs,
    monotonicNow: () => nowMs,
    random: () => 0.5,
    sleep: (_ms, signal) => systemDeps.sleep(0, signal),
    setTimer: (run, ms) => {
      const timer = { atMs: nowMs + ms, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
  }
  const advance = (ms: number): void => {
    const untilMs = nowMs + ms
    for (let next = due(untilMs); next !== undefined; next = due(untilMs)) {
      timers.delete(next)
      nowMs = Math.max(nowMs, next.atMs)
      next.run()
    }
    nowMs = untilMs
  }
  return { deps, advance }
}

export interface TestGateway {
  readonly url: string
  readonly advance: (ms: number) => void
  readonly ask: (method: string, path: string, body?: unknown) => Promise<{ readonly status: number; readonly body: Json }>
  /** Requests a completion and returns the HTTP status. */
  readonly chat: (model: string) => Promise<number>
  readonly close: () => Promise<void>
}

/** Starts a gateway on a real socket, with its own clock. */
export async function startTestGateway(config: object, world: GatewayDeps = {}): Promise<TestGateway> {
  const { deps, advance } = createClock()
  const gateway = createGateway(
    { caching: { enabled: false }, ...(config as object) },
    { transport: createNodeTransport(), deps, ...world },
  )
  const listening = await listen(gateway, { host: '127.0.0.1', port: 0 })
  gateway.start()
  const url = `http://127.0.0.1:${listening.port}`
  const send = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(url + path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
  return {
    url,
    advance,
    ask: async (method, path, body) => {
      const response = await send(method, path, body)
      return { status: response.status, body: (await response.json()) as Json }
    },
    chat: async (model) => {
      const response = await send('POST', '/v1/chat/completions', { model, messages: [{ role: 'user', content: 'Hello' }] })
      await response.text()
      return response.status
    },
    close: () => listening.stop(0),
  }
}

export interface Server {
  readonly url: string
  readonly close: () => void
}

export async function startServer(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server> {
  const server = createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Waits until a condition holds, at most some seconds; the expectations of the test then decide. */
export async function waitUntil(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2_000 && !holds(); turn++) await new Promise((resolve) => setTimeout(resolve, 2))
}
