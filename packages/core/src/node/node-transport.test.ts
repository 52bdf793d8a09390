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
async function forgetfulServer(requestsPerConnection: number): Promise<{
  readonly origin: string
  readonly connections: () => number
  readonly requests: () => number
}> {
  const served = new WeakMap<Socket, number>()
  let connections = 0
  let requests = 0
  const server: Server = createServer((request, response) => {
    requests++
    const count = (served.get(request.socket) ?? 0) + 1
    served.set(request.socket, count)
    if (count > requestsPerConnection) request.socket.end()
    else response.end('ok')
  })
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => server.close())
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => connections, requests: () => requests }
}

function transport(maxConnections?: number): Transport {
  const made = createNodeTransport({ maxConnections })
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
  it('never sends again what it has written, on a used connection as little as on a fresh one', async () => {
    const { origin, connections, requests } = await forgetfulServer(1)
    const via = transport(1)
    expect(await get(via, origin)).toBe('ok')
    await expect(get(via, origin)).rejects.toMatchObject({ fault: 'reset' })
    expect({ connections: connections(), requests: requests() }).toEqual({ connections: 1, requests: 2 })
  })

  it('uses another connection for what it has not written', async () => {
    const { origin, connections } = await forgetfulServer(1)
    const via = transport(1)
    const [first, second, third] = await Promise.allSettled([get(via, origin), get(via, origin), get(via, origin)])
    expect([first?.status, second?.status, third?.status]).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(connections()).toBe(2)
  })

  it('tells what was written from what never reached a connection', async () => {
    const { origin } = await forgetfulServer(0)
    const request = { method: 'GET', path: '/', headers: {}, connectTimeoutMs: 1_000 } as const
    const via = transport()
    const lost = via.send({ ...request, origin })
    const refused = via.send({ ...request, origin: 'http://127.0.0.1:1' })
    await Promise.allSettled([lost.answer, refused.answer])
    expect([lost.wasSent?.(), refused.wasSent?.()]).toEqual([true, false])
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
