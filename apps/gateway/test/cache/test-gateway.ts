import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createNodeTransport } from '@proxyapi/core/node'
import { createGateway, type GatewayConfig, type GatewayDeps } from '@proxyapi/server'
import { listen } from '@proxyapi/server/node'

const chunk = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'c-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
const usage = { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 }
const usageChunk = `data: ${JSON.stringify({ id: 'c-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage })}\n\n`

export interface Upstream {
  readonly url: string
  calls: number
  /** Connections that were closed before their answer was complete. */
  cut: number
  down: boolean
  /** A stream stops after its first words until this resolves. */
  gate: Promise<void>
  readonly close: () => Promise<void>
}

async function stream(upstream: Upstream, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(chunk({ role: 'assistant', content: 'one ' }))
  await upstream.gate
  response.end(`${chunk({ content: 'two' })}${chunk({}, 'stop')}${usageChunk}data: [DONE]\n\n`)
}

/** An upstream that counts, can be held and can be down. */
export async function startUpstream(): Promise<Upstream> {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      upstream.calls++
      response.on('close', () => {
        if (!response.writableFinished) upstream.cut++
      })
      if (upstream.down) return response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":{"message":"down"}}')
      const body = JSON.parse(Buffer.concat(pieces).toString()) as { readonly stream?: boolean }
      if (body.stream === true) return void stream(upstream, response)
      const choices = [{ index: 0, message: { role: 'assistant', content: 'one two' }, finish_reason: 'stop' }]
      response.writeHead(200, { 'content-type': 'application/json' })
      return response.end(JSON.stringify({ id: 'c-1', object: 'chat.completion', created: 1, model: 'm', choices, usage }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on a port
  const upstream: Upstream = {
    url: `http://127.0.0.1:${port}/v1`,
    calls: 0,
    cut: 0,
    down: false,
    gate: Promise.resolve(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return upstream
}

export interface TestGateway {
  readonly url: string
  readonly ask: (content: string, extra?: object, init?: RequestInit) => Promise<Response>
  readonly close: () => Promise<void>
}

export async function startGateway(upstream: Upstream, world: GatewayDeps = {}, config: Partial<GatewayConfig> = {}): Promise<TestGateway> {
  const providers = [
    {
      name: 'up',
      type: 'openai_compatible',
      base_url: upstream.url,
      models: [{ id: 'm', input_usd_per_million: 1, output_usd_per_million: 1 }],
    },
  ]
  const gateway = createGateway(
    { providers, routing: { retry: { max_attempts: 1 } }, ...config },
    { transport: createNodeTransport(), ...world },
  )
  const listening = await listen(gateway, { host: '127.0.0.1', port: 0 })
  gateway.start()
  const url = `http://127.0.0.1:${listening.port}`
  return {
    url,
    ask: (content, extra = {}, init = {}) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'up/m', messages: [{ role: 'user', content }], ...extra }),
        ...init,
      }),
    close: () => listening.stop(0),
  }
}

/** A gate and the way to open it. */
export function createGate(): { readonly gate: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  return { gate, open: () => open() }
}

/** Waits until something that the event loop brings about has come true. */
export async function until(isTrue: () => boolean): Promise<void> {
  for (let turns = 0; !isTrue(); turns++) {
    if (turns > 100_000) throw new Error('It never came true.')
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}
