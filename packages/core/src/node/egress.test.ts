import { readFileSync } from 'node:fs'
import { createServer, request as send } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { readBody } from '../transport/read-body.ts'
import type { NodeTransportOptions } from './create-dispatcher.ts'
import { createNodeTransport } from './node-transport.ts'

const fixture = (name: string): string => readFileSync(new URL(`./__fixtures__/${name}`, import.meta.url), 'utf8')
const authority = fixture('authority.pem')
const tls = { key: fixture('server-key.pem'), cert: fixture('server.pem') }

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    return server.close()
  })
  return (server.address() as AddressInfo).port
}

async function upstream(secure: boolean): Promise<string> {
  const answer = (_request: unknown, response: { end: (text: string) => unknown }): unknown => response.end('from the upstream')
  const port = await listening(secure ? createTlsServer(tls, answer) : createServer(answer))
  return `${secure ? 'https' : 'http'}://127.0.0.1:${port}`
}

/** A proxy as companies have them: URLs for plain HTTP, tunnels for the rest, and a password where one is set. */
async function proxy({ password }: { readonly password?: string } = {}): Promise<{ readonly url: string; readonly seen: string[] }> {
  const seen: string[] = []
  const wanted = password === undefined ? undefined : `Basic ${Buffer.from(`me:${password}`).toString('base64')}`
  const isWelcome = (header: string | undefined): boolean => wanted === undefined || header === wanted
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    if (!isWelcome(request.headers['proxy-authorization'])) {
      response.writeHead(407).end()
      return
    }
    send(request.url ?? '', { method: request.method }, (answer) => answer.pipe(response)).end()
  })
  server.on('connect', (request, socket: Socket) => {
    seen.push(`CONNECT ${request.url}`)
    if (!isWelcome(request.headers['proxy-authorization'])) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
      return
    }
    const [host = '', port = ''] = (request.url ?? '').split(':')
    const onward = connect(Number(port), host, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'))
    onward.pipe(socket).pipe(onward)
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
  })
  const port = await listening(server)
  return { url: `http://${password === undefined ? '' : `me:${password}@`}127.0.0.1:${port}`, seen }
}

async function get(origin: string, options: NodeTransportOptions): Promise<string> {
  const transport = createNodeTransport(options)
  closers.push(transport.close)
  const exchange = transport.send({ method: 'GET', origin, path: '/v1/models?a=b', headers: {}, connectTimeoutMs: 2_000 })
  const { status, body } = await exchange.answer
  const text = new TextDecoder().decode(await readBody(body, 1_000))
  return status === 200 ? text : String(status)
}

const trusting = { ca: [authority] }

describe('the way out', () => {
  it.each([
    [false, 'GET http://'],
    [true, 'CONNECT '],
  ])('goes through a proxy (https %s)', async (secure, how) => {
    const origin = await upstream(secure)
    const { url, seen } = await proxy()
    expect(await get(origin, { ...trusting, proxy: { http: url, https: url } })).toBe('from the upstream')
    const [host] = new URL(origin).host.split('/')
    expect(seen).toEqual([`${how}${host}${secure ? '' : '/v1/models?a=b'}`])
  })

  it.each([false, true])('keeps proxies apart by scheme (https %s)', async (secure) => {
    const origin = await upstream(secure)
    const [plain, tunnel] = [await proxy(), await proxy()]
    expect(await get(origin, { ...trusting, proxy: { http: plain.url, https: tunnel.url } })).toBe('from the upstream')
    expect([plain.seen.length, tunnel.seen.length]).toEqual(secure ? [0, 1] : [1, 0])
  })

  it.each(['127.0.0.1', 'example.com, 127.0.0.1', '*', '127.0.0.1:PORT'])(
    'goes straight to hosts that are excepted by "%s"',
    async (noProxy) => {
      const origin = await upstream(false)
      const { url, seen } = await proxy()
      const excepted = noProxy.replace('PORT', new URL(origin).port)
      expect(await get(origin, { proxy: { http: url, https: url, noProxy: excepted } })).toBe('from the upstream')
      expect(seen).toEqual([])
    },
  )

  it('does not take another port for the excepted one', async () => {
    const origin = await upstream(false)
    const { url, seen } = await proxy()
    await get(origin, { proxy: { http: url, https: url, noProxy: '127.0.0.1:1' } })
    expect(seen).toHaveLength(1)
  })

  it.each([false, true])('gives a proxy the password of its URL (https %s)', async (secure) => {
    const origin = await upstream(secure)
    const { url } = await proxy({ password: 'p%C3%A4ss'.replace('%C3%A4', 'a') })
    expect(await get(origin, { ...trusting, proxy: { http: url, https: url } })).toBe('from the upstream')
  })

  it('says that a proxy wants another password', async () => {
    const { url } = await proxy({ password: 'secret' })
    const wrong = url.replace('secret', 'other')
    const via = { ...trusting, proxy: { http: wrong, https: wrong } }
    for (const secure of [false, true])
      await expect(get(await upstream(secure), via)).rejects.toMatchObject({ fault: 'connect', cause: { code: 'PROXY_STATUS_407' } })
  })

  it('says that a proxy is not there', async () => {
    const via = { proxy: { http: 'http://127.0.0.1:1', https: 'http://127.0.0.1:1' } }
    for (const secure of [false, true])
      await expect(get(await upstream(secure), via)).rejects.toMatchObject({ fault: 'connect', cause: { code: 'ECONNREFUSED' } })
  })

  it('trusts a private authority that it is given, and no other', async () => {
    const origin = await upstream(true)
    expect(await get(origin, trusting)).toBe('from the upstream')
    await expect(get(origin, {})).rejects.toMatchObject({
      fault: 'connect',
      cause: { code: expect.stringMatching(/^(UNABLE_TO_|SELF_SIGNED_)/) },
    })
  })

  it('is the same for what speaks fetch', async () => {
    const origin = await upstream(true)
    const { url, seen } = await proxy()
    const transport = createNodeTransport({ ...trusting, proxy: { http: url, https: url } })
    closers.push(transport.close)
    expect(await (await transport.fetch(`${origin}/v1/models`)).text()).toBe('from the upstream')
    expect(seen).toHaveLength(1)
  })
})
