import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGateway } from '../gateway/create-gateway.ts'
import { createRequestListener } from './request-listener.ts'

const gateway = createGateway({ caching: { enabled: false } })
let throughHono: string[] = []
let server: Server
beforeAll(async () => {
  const listener = createRequestListener({
    ...gateway,
    serveWeb: (request, socket) => {
      throughHono.push(`${socket.exchange.method} ${socket.exchange.path}`)
      return gateway.serveWeb(request, socket)
    },
  })
  server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => server.close())

/** Sends lines as they are and returns all that comes until the server closes the connection. */
function send(...lines: readonly string[]): Promise<string> {
  throughHono = []
  return new Promise((resolve) => {
    let text = ''
    const { port } = server.address() as AddressInfo // it listens on a port
    const socket = connect(port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n`))
    socket.on('data', (piece) => {
      text += piece.toString()
    })
    socket.on('close', () => resolve(text))
  })
}

const body = JSON.stringify({ model: 'demo/echo', messages: [{ role: 'user', content: 'Hello' }] })
const post = ['content-type: application/json', `content-length: ${body.length}`, 'connection: close', '', body]

describe('a request of a socket', () => {
  it.each<[string, string, readonly string[], number]>([
    ['an operation', 'POST /v1/chat/completions', [], 200],
    ['a wrong method on the path of an operation', 'PUT /v1/chat/completions', [], 405],
    ['any other row', 'POST /api/models/search', ['POST /api/models/search'], 405],
    ['an unknown path', 'POST /nothing', ['POST /nothing'], 404],
    ['a path with a dot segment', 'POST /v1/../health', ['POST /v1/../health'], 404],
  ])('goes the way of %s', async (_what, line, hono, status) => {
    expect(await send(`${line} HTTP/1.1`, 'host: localhost', ...post)).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(throughHono).toEqual(hono)
  })

  it.each([
    ['has a Host that is no host name', 'GET /health HTTP/1.1', 'host: no host', 421],
    ['names no host', 'GET /health HTTP/1.0', 'accept: */*', 200],
    ['has a backslash in its path', 'GET /v1\\models HTTP/1.1', 'host: localhost', 404],
    ['has a whole URL in its first line', 'GET http://gateway/health HTTP/1.1', 'host: localhost', 404],
  ])('is answered when it %s', async (_what, line, host, status) => {
    const text = await send(line, host, 'connection: close', '')
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(text).toContain('content-type: application/json')
  })

  it('has no body in the answer to a HEAD', async () => {
    const text = await send('HEAD /health HTTP/1.1', 'host: localhost', 'connection: close', '')
    expect(text).toMatch(/^HTTP\/1.1 200 [\s\S]*content-length: \d+[\s\S]*\r\n\r\n$/)
    expect(throughHono).toEqual(['HEAD /health'])
  })
})
