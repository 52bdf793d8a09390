import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isIP } from 'node:net'
import { describe, expect, it } from 'vitest'
import { readBody } from '../transport/read-body.ts'
import { createGuardedLookup, type GuardedLookupOptions } from './guarded-lookup.ts'
import { createNodeTransport } from './node-transport.ts'

/** What a name leads to, when the name system says so. */
function ask(
  hostname: string,
  addresses: readonly string[],
  { privateHosts, all = false }: GuardedLookupOptions & { readonly all?: boolean } = {},
) {
  const lookup = createGuardedLookup({
    privateHosts,
    lookup: (_hostname, _options, callback) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: isIP(address) })),
      ),
  })
  return new Promise<unknown>((resolve) => {
    lookup(hostname, { all }, (error, address) => resolve(error === null ? address : error.code))
  })
}

describe('a look-up of names', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '0.0.0.0',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '169.254.169.254',
    '100.100.100.200',
    '::',
    '::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fd00:ec2::254',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
  ])('refuses a public name that leads to %s', async (address) => {
    expect(await ask('api.example.com', [address])).toBe('ADDRESS_REFUSED')
    expect(await ask('api.example.com', ['93.184.216.34', address])).toBe('ADDRESS_REFUSED')
    expect(await ask('api.example.com', [address], { all: true })).toBe('ADDRESS_REFUSED')
  })

  it.each(['93.184.216.34', '172.15.0.1', '172.32.0.1', '100.128.0.1', '2606:2800:220:1::1', '11.0.0.1', '223.255.255.255'])(
    'gives a public name its address %s, and no other',
    async (address) => {
      expect(await ask('api.example.com', [address])).toBe(address)
      expect(await ask('api.example.com', [address], { all: true })).toEqual([{ address, family: isIP(address) }])
    },
  )

  it.each([
    'localhost',
    'ollama',
    'jaeger',
    'models.local',
    'vllm.internal',
    'nas.lan',
    'a.home.arpa',
    'ollama.default.svc.cluster.local',
    'x.svc',
    'LOCALHOST',
    'models.local.',
  ])('lets a name of the own network lead there: %s', async (hostname) => {
    expect(await ask(hostname, ['10.0.0.5'])).toBe('10.0.0.5')
    expect(await ask(hostname, ['127.0.0.1'])).toBe('127.0.0.1')
  })

  it.each(['localhost', 'ollama', 'metadata.google.internal', 'models.corp.example'])(
    'never leads to metadata, whatever the name: %s',
    async (hostname) => {
      for (const address of ['169.254.169.254', 'fd00:ec2::254', 'fe80::1'])
        expect(await ask(hostname, [address], { privateHosts: [hostname] })).toBe('ADDRESS_REFUSED')
    },
  )

  it('lets a listed name lead to the own network', async () => {
    expect(await ask('models.corp.example', ['10.0.0.5'])).toBe('ADDRESS_REFUSED')
    expect(await ask('Models.Corp.Example', ['10.0.0.5'], { privateHosts: ['models.corp.example'] })).toBe('10.0.0.5')
    expect(await ask('evil.models.corp.example', ['10.0.0.5'], { privateHosts: ['models.corp.example'] })).toBe('ADDRESS_REFUSED')
  })

  it.each(['localhost.example', 'evil-localhost.example.com', 'internal.example', 'local.example'])(
    'is not deceived by %s',
    async (hostname) => {
      expect(await ask(hostname, ['127.0.0.1'])).toBe('ADDRESS_REFUSED')
    },
  )

  it('tells what the name system tells', async () => {
    const failed = Object.assign(new Error('none'), { code: 'ENOTFOUND' })
    const lookup = createGuardedLookup({ lookup: (_hostname, _options, callback) => callback(failed, []) })
    expect(await new Promise((resolve) => lookup('api.example.com', {}, resolve))).toBe(failed)
  })
})

describe('the Node transport', () => {
  it('reaches what the configuration names, and follows no redirect', async () => {
    const server = createServer((_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/elsewhere' }).end('moved'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo // it listens on a port
    const transport = createNodeTransport()
    for (const host of ['127.0.0.1', 'localhost']) {
      const exchange = transport.send({ method: 'GET', origin: `http://${host}:${port}`, path: '/', headers: {}, connectTimeoutMs: 2_000 })
      const { status, body } = await exchange.answer
      expect([status, new TextDecoder().decode(await readBody(body, 100))]).toEqual([302, 'moved'])
      expect((await transport.fetch(`http://${host}:${port}/`)).status).toBe(302)
      expect((await transport.fetch(new Request(`http://${host}:${port}/`))).status).toBe(302)
    }
    await transport.close()
    await new Promise((resolve) => server.close(resolve))
  })
})
