import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { readBody } from '../transport/read-body.ts'
import type { Transport } from '../transport/transport.ts'
import { createNodeTransport } from './node-transport.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** Answers the first request of every connection, and closes the connection without a word when a second one comes. */
async function forgetfulServer(requestsPerConnection: number): Promise<{ readonly origin: string; readonly connections: () => number }> {
  const served = new WeakMap<Socket, number>()
  let connections = 0
  const server: Server = createServer((request, response) => {
    const count = (served.get(request.socket) ?? 0) + 1
    served.set(request.socket, count)
    if (count > requestsPerConnection) request.socket.end()
    else response.end('ok')
  })
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => server.close())
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => connections }
}

function transport(): Transport {
  const made = createNodeTransport()
  closers.push(made.close)
  return made
}

async function get(via: Transport, origin: string, connectTimeoutMs = 1_000): Promise<string> {
  const exchange = via.send({ method: 'GET', origin, path: '/', headers: {}, connectTimeoutMs })
  return new TextDecoder().decode(await readBody((await exchange.answer).body, 1_000))
}

describe('the fetch of the Node transport', () => {
  it.each<[string, (url: string) => [input: string | URL | Request, init?: RequestInit]]>([
    ['a text', (url) => [url]],
    ['a URL', (url) => [new URL(url)]],
    ['a request of the platform', (url) => [new Request(url)]],
    ['a request with a body', (url) => [new Request(url, { method: 'POST', body: 'x' })]],
    ['a request and options', (url) => [new Request(url), { headers: { a: 'b' } }]],
  ])('takes %s', async (_what, toArguments) => {
    const { origin } = await forgetfulServer(9)
    const made = createNodeTransport()
    closers.push(made.close)
    const response = await made.fetch(...toArguments(`${origin}/`))
    expect([response.status, await response.text()]).toEqual([200, 'ok'])
  })
})

describe('the Node transport', () => {
  it('sends again at once when a kept connection had been closed', async () => {
    const { origin, connections } = await forgetfulServer(1)
    const via = transport()
    expect(await get(via, origin)).toBe('ok')
    expect(await get(via, origin)).toBe('ok')
    expect(connections()).toBe(2)
  })

  it('gives a connection the time that its request allows, and keeps pools apart by it', async () => {
    const { origin, connections } = await forgetfulServer(9)
    const via = transport()
    expect([await get(via, origin), await get(via, origin, 2_000), await get(via, origin)]).toEqual(['ok', 'ok', 'ok'])
    expect(connections()).toBe(2)
  })

  it('does not send again what a fresh connection refused', async () => {
    const { origin, connections } = await forgetfulServer(0)
    await expect(get(transport(), origin)).rejects.toMatchObject({ fault: 'reset' })
    expect(connections()).toBe(1)
  })
})
