import { connect, type Socket } from 'node:net'
import type { CompletedRequest } from '@proxyapi/logging'
import { afterEach, describe, expect, it } from 'vitest'
import { createGateway } from '../gateway/create-gateway.ts'
import { type Listening, listen } from './listen.ts'

let listening: Listening | undefined
let completed: CompletedRequest[] = []
let internal: unknown[] = []
afterEach(() => listening?.stop(0))

async function start(limits: { readonly headersTimeoutMs?: number; readonly bodyTimeoutMs?: number } = {}): Promise<number> {
  completed = []
  internal = []
  const gateway = createGateway(
    { caching: { enabled: false }, server: { max_body_mb: 1 } },
    { onRequest: (request) => void completed.push(request), onInternalError: (error) => void internal.push(error) },
  )
  listening = await listen(gateway, { host: '127.0.0.1', port: 0, ...limits })
  return listening.port
}

type Write = (socket: Socket) => unknown

/** Everything that the server says until it closes the connection. */
function talk(port: number, write: Write): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => void write(socket))
    socket.on('data', (piece) => {
      text += piece.toString()
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(text))
  })
}

const post = (length: number | 'chunked', path = '/v1/chat/completions'): string =>
  `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${length === 'chunked' ? 'transfer-encoding: chunked' : `content-length: ${length}`}\r\n`

describe('what never becomes a request', () => {
  it.each<[string, number, string]>([
    ['is no HTTP', 400, 'hello\r\n\r\n'],
    ['has a broken header', 400, 'GET /health HTTP/1.1\r\nhost: localhost\r\nbad header\r\n\r\n'],
    ['has two lengths', 400, 'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n'],
    ['has a large header', 431, `GET /health HTTP/1.1\r\nhost: localhost\r\nx-large: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['expects more than to go on', 417, `${post(2)}expect: everything\r\n\r\n{}`],
    ['wants another protocol', 400, 'GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'],
    ['wants a tunnel', 400, 'CONNECT example.com:443 HTTP/1.1\r\nhost: example.com:443\r\n\r\n'],
    ['has a broken chunk', 400, `${post('chunked')}\r\nzz\r\n{}\r\n`],
  ])('is answered in our words when it %s', async (_what, status, text) => {
    const answer = await talk(await start(), (socket) => socket.write(text))
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer).toMatch(/\r\nx-request-id: [\w.-]+\r\n/i)
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({ error: { message: expect.any(String) as string } })
    expect(internal).toEqual([])
  })

  it.each<[string, string]>([
    ['its headers', 'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\n'],
    ['its body', `${post(100)}\r\n{`],
    ['the body of a route besides the hot ones', `${post(100, '/api/condense')}\r\n{`],
  ])('is answered with 408 when %s does not come in time', async (_what, text) => {
    const answer = await talk(await start({ headersTimeoutMs: 300, bodyTimeoutMs: 300 }), (socket) => socket.write(text))
    expect(answer).toMatch(/^HTTP\/1.1 408 /)
    expect(answer).toContain('"code":"request_timeout"')
  })
})

describe('a body that is too large', () => {
  const large = Buffer.alloc(3 * 1024 * 1024, ' ')
  const chunk = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])

  it.each<[string, Write]>([
    ['with its length', (socket) => socket.write(`${post(large.length)}connection: close\r\n\r\n`) && socket.write(large)],
    [
      'in chunks',
      (socket) =>
        socket.write(`${post('chunked')}connection: close\r\n\r\n`) &&
        socket.write(Buffer.concat([chunk(large), Buffer.from('0\r\n\r\n')])),
    ],
    ['that claims more than will ever be read', (socket) => socket.write(`${post(1e12)}connection: close\r\n\r\n`)],
    [
      'of a route besides the hot ones',
      (socket) => socket.write(`${post(large.length, '/api/condense')}connection: close\r\n\r\n`) && socket.write(large),
    ],
  ])('is answered with 413, %s', async (_what, write) => {
    const answer = await talk(await start(), write)
    expect(answer).toMatch(/^HTTP\/1.1 413 /)
    expect(answer).toContain('"code":"payload_too_large"')
  })
})

describe('a client that leaves while it sends', () => {
  it.each(['/v1/chat/completions', '/v1/embeddings', '/api/condense', '/v1/messages'])('is recorded as gone: %s', async (path) => {
    const port = await start()
    await talk(port, (socket) => socket.write(`${post(100, path)}\r\n{`, () => setImmediate(() => socket.destroy())))
    await expect.poll(() => completed.map(({ status }) => status)).toEqual([499])
    expect(internal).toEqual([])
  })
})
