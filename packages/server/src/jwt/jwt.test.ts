import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemDeps } from '@proxyapi/core'
import { type CryptoKey, exportJWK, generateKeyPair, type JSONWebKeySet, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createGateway, type Gateway } from '../gateway/create-gateway.ts'
import type { KeptKeySet, KeySetStore } from './key-set-store.ts'
import { claimOf, textsOf } from './to-principal.ts'

const issuer = 'https://id.example'
const audience = 'gateway'

interface Signer {
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
}

/** An issuer that publishes its keys over HTTP. */
const provider = { keys: [] as Signer[], reads: 0, answer: undefined as ((url: string) => string | undefined) | undefined, isAway: false }
let server: Server
let url: string
let first: Signer
let second: Signer

async function makeSigner(kid: string, algorithm = 'ES256'): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true })
  return { kid, privateKey, publicKey }
}

async function published(): Promise<JSONWebKeySet> {
  return {
    keys: await Promise.all(provider.keys.map(async ({ kid, publicKey }) => ({ ...(await exportJWK(publicKey)), kid, use: 'sig' }))),
  }
}

beforeAll(async () => {
  first = await makeSigner('first')
  second = await makeSigner('second')
  server = createServer((_request, response) => {
    provider.reads++
    if (provider.isAway) return void response.writeHead(503).end()
    void published().then((set) => response.end(provider.answer?.(url) ?? JSON.stringify(set)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys` // it listens on a port
})
afterAll(() => void server.close())

let nowMs = 0
let gateway: Gateway

function open(jwt: object = {}, roles: object = {}): Gateway {
  const settings = { issuer, audience, jwks_url: url, ...jwt }
  return createGateway(
    { auth: { jwt: settings, roles, teams: [{ name: 'shop' }], api_keys: [{ name: 'ops', key: 'admin-key-0123456789', role: 'admin' }] } },
    { deps: { ...systemDeps, now: () => nowMs, monotonicNow: () => nowMs }, secret: 'a secret of these tests' },
  )
}

beforeEach(() => {
  nowMs = 1_800_000_000_000
  Object.assign(provider, { keys: [first], reads: 0, answer: undefined, isAway: false })
  gateway = open()
})

const seconds = (): number => Math.floor(nowMs / 1_000)

async function sign(claims: Readonly<Record<string, unknown>> = {}, signer = first, header: object = {}): Promise<string> {
  const payload = { iss: issuer, aud: audience, sub: 'ana', exp: seconds() + 3_600, roles: ['user'], ...claims }
  return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: signer.kid, ...header }).sign(signer.privateKey)
}

async function statusOf(token: string, path = '/v1/models'): Promise<number> {
  return (await gateway.fetch(`http://gateway${path}`, { headers: { authorization: `Bearer ${token}` } })).status
}

describe('a token of an identity provider', () => {
  it('lets in, with the permissions of its roles', async () => {
    expect(await statusOf(await sign())).toBe(200)
    expect(await statusOf(await sign(), '/api/cache')).toBe(403)
    expect(await statusOf(await sign({ roles: ['viewer'] }), '/api/cache')).toBe(200)
    expect(await statusOf(await sign({ roles: ['viewer', 'admin'] }), '/api/cache/warm')).toBe(405)
    expect(await statusOf(await sign({ roles: ['somebody'] }), '/api/cache')).toBe(403)
  })

  it('needs no configured key beside it: nobody comes in without one', async () => {
    gateway = createGateway(
      { auth: { jwt: { issuer, audience, jwks_url: url } } },
      { deps: { ...systemDeps, now: () => nowMs, monotonicNow: () => nowMs } },
    )
    expect([(await gateway.fetch('http://gateway/v1/models')).status, await statusOf(await sign())]).toEqual([401, 200])
  })

  it.each<[what: string, claims: Readonly<Record<string, unknown>>, status: number]>([
    ['of another issuer', { iss: 'https://evil.example' }, 401],
    ['for another audience', { aud: 'others' }, 401],
    ['for several audiences', { aud: ['others', audience] }, 200],
    ['without an audience', { aud: undefined }, 401],
    ['without a subject', { sub: undefined }, 401],
    ['with an empty subject', { sub: '' }, 401],
    ['without an expiry', { exp: undefined }, 401],
    ['that expired within the tolerance', { exp: 1_800_000_000 - 29 }, 200],
    ['that expired before it', { exp: 1_800_000_000 - 31 }, 401],
    ['that is not valid yet, within the tolerance', { nbf: 1_800_000_000 + 29 }, 200],
    ['that is not valid yet', { nbf: 1_800_000_000 + 31 }, 401],
  ])('%s', async (_what, claims, status) => {
    expect(await statusOf(await sign(claims))).toBe(status)
  })

  it('is known until it expires, without being verified again', async () => {
    const token = await sign({ exp: seconds() + 100 })
    expect([await statusOf(token), await statusOf(token), provider.reads]).toEqual([200, 200, 1])
    nowMs += 130_000 - 1
    expect(await statusOf(token)).toBe(200)
    nowMs += 1
    expect(await statusOf(token)).toBe(401)
  })

  it('is none when it is signed otherwise than the list of algorithms allows', async () => {
    const claims = { iss: issuer, aud: audience, sub: 'ana', exp: seconds() + 60, roles: ['admin'] }
    const bare = new UnsecuredJWT(claims).encode()
    const { x = '' } = await exportJWK(first.publicKey)
    // The public key taken for a shared secret, which everybody knows.
    const shared = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'first' })
      .sign(new TextEncoder().encode(x.padEnd(32, 'x')))
    const forged = `${(await sign()).split('.').slice(0, 2).join('.')}.${(await sign({ sub: 'eve' })).split('.')[2]}`
    const other = await sign({}, { ...second, kid: 'first' })
    expect(await Promise.all([bare, `${bare}x`, shared, forged, other, 'a.b.c', '..'].map((token) => statusOf(token)))).toEqual(
      Array.from({ length: 7 }, () => 401),
    )
    gateway = open({ algorithms: ['RS256'] })
    expect(await statusOf(await sign())).toBe(401)
  })
})

describe('the keys of an issuer', () => {
  it('may be changed while the gateway runs: the new one is known at once, the old one is not any longer', async () => {
    const old = await sign()
    expect(await statusOf(old)).toBe(200)
    provider.keys = [first, second]
    nowMs += 10_000
    expect([await statusOf(await sign({}, second)), await statusOf(old)]).toEqual([200, 200])
    provider.keys = [second]
    nowMs += 601_000
    const fresh = await sign({}, first)
    // Old keys serve once more while the new ones are read.
    await statusOf(await sign({}, second))
    await expect.poll(() => provider.reads).toBe(3)
    await expect.poll(() => statusOf(fresh)).toBe(401)
    expect([await statusOf(old), await statusOf(await sign({}, second))]).toEqual([401, 200])
  })

  it('are asked for once in ten seconds, however many tokens name keys that are not there', async () => {
    await statusOf(await sign())
    for (let n = 0; n < 50; n++) expect(await statusOf(await sign({ jti: String(n) }, second, { kid: `made-up-${n}` }))).toBe(401)
    expect(provider.reads).toBe(1)
    nowMs += 10_000
    await Promise.all(Array.from({ length: 20 }, async (_, n) => statusOf(await sign({}, second, { kid: `again-${n}` }))))
    expect(provider.reads).toBe(2)
  })

  it('go on while the issuer is away, as long as the configuration says', async () => {
    gateway = open({ jwks_offline_seconds: 3_600 })
    expect(await statusOf(await sign())).toBe(200)
    provider.isAway = true
    nowMs += 700_000
    expect(await statusOf(await sign())).toBe(200)
    await expect.poll(() => provider.reads).toBe(2)
    nowMs += 3_600_000
    expect(await statusOf(await sign())).toBe(503)
    provider.isAway = false
    nowMs += 10_000
    expect(await statusOf(await sign({}, second))).toBe(401)
    expect(await statusOf(await sign())).toBe(200)
  })

  describe('kept over a restart', () => {
    let kept: KeptKeySet | undefined
    const store: KeySetStore = {
      load: () => kept,
      save: (next) => {
        kept = next
      },
    }
    const restart = (): Gateway =>
      createGateway(
        { auth: { jwt: { issuer, audience, jwks_url: url, jwks_offline_seconds: 3_600 } } },
        { deps: { ...systemDeps, now: () => nowMs, monotonicNow: () => nowMs }, keySetStore: store },
      )

    it('serve while the issuer is away, for no longer than they would have', async () => {
      gateway = restart()
      expect(await statusOf(await sign())).toBe(200)
      provider.isAway = true
      nowMs += 4_100_000
      gateway = restart()
      expect([await statusOf(await sign()), await statusOf(await sign({}, second))]).toEqual([200, 401])
      nowMs += 200_000
      expect(await statusOf(await sign())).toBe(503)
      gateway = restart()
      expect(await statusOf(await sign())).toBe(503)
      provider.isAway = false
      nowMs += 10_000
      expect([await statusOf(await sign()), kept?.readAtMs]).toEqual([200, nowMs])
    })

    it.each<[what: string, damage: (whole: KeptKeySet) => KeptKeySet | undefined]>([
      ['nothing', () => undefined],
      ['those of another address', (whole) => ({ ...whole, url: 'https://other.example/keys' })],
      ['what is no key set', (whole) => ({ ...whole, text: '{"keys":[' })],
      ['those of a time to come', (whole) => ({ ...whole, readAtMs: nowMs + 1 })],
    ])('are not believed where the store has %s', async (_what, damage) => {
      gateway = restart()
      expect(await statusOf(await sign())).toBe(200)
      kept = kept && damage(kept)
      provider.isAway = true
      gateway = restart()
      expect(await statusOf(await sign())).toBe(503)
    })
  })

  it.each<[what: string, answer: (url: string) => string]>([
    ['is no JSON', () => '<html>'],
    ['has no keys', () => '{"keys":[]}'],
    ['has too many', () => JSON.stringify({ keys: Array.from({ length: 101 }, () => ({ kty: 'EC' })) })],
    ['is too large', () => JSON.stringify({ keys: [{ kty: 'EC', more: 'x'.repeat(300_000) }] })],
  ])('are not there when the answer %s', async (_what, answer) => {
    provider.answer = answer
    expect([await statusOf(await sign()), await statusOf('admin-key-0123456789')]).toEqual([503, 200])
  })
})

describe('what a token says of its bearer', () => {
  const own: JWTPayload = { realm_access: { roles: ['staff'] }, org: 'acme', group: 'shop', email: 'ana@example.com' }

  it('is read from the claims that the configuration names', async () => {
    const seen: unknown[] = []
    gateway = createGateway(
      {
        auth: {
          jwt: {
            ...{ issuer, audience, jwks_url: url, role_claim: 'realm_access.roles', team_claim: 'group', organisation_claim: 'org' },
            ...{ name_claim: 'email', roles: { staff: 'reader' }, models: ['demo/echo'], budget: { usd: 1 } },
          },
          roles: { reader: ['cache:read'] },
        },
      },
      {
        deps: { ...systemDeps, now: () => nowMs, monotonicNow: () => nowMs, defer: (run) => run() },
        secret: 'a secret of these tests',
        onRequest: ({ key }) => void seen.push(key),
      },
    )
    expect(await statusOf(await sign(own), '/api/cache')).toBe(200)
    expect(seen).toEqual([
      {
        ...{
          id: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
          kind: 'jwt',
          name: 'ana@example.com',
          organisation: 'acme',
          team: 'shop',
        },
        ...{
          role: 'reader',
          permissions: new Set(['cache:read']),
          models: ['demo/echo'],
          routes: undefined,
          tags: [],
          criticality: 'default',
        },
        limits: undefined,
        budget: { limitNanoUsd: 1e9, window: 'month', hard: true, alertAt: [0.8], timeZone: 'UTC' },
        expiresAtMs: (1_800_000_000 + 3_630) * 1_000,
      },
    ])
  })

  it('is a pseudonym where no name is asked for, the same for each of a subject’s tokens', async () => {
    const names: (string | undefined)[] = []
    gateway = createGateway(
      { auth: { jwt: { issuer, audience, jwks_url: url } } },
      {
        deps: { ...systemDeps, now: () => nowMs, monotonicNow: () => nowMs, defer: (run) => run() },
        secret: 's'.repeat(16),
        onRequest: ({ key }) => void names.push(key?.name),
      },
    )
    for (const claims of [{}, { jti: 'other' }, { sub: 'ben' }]) await statusOf(await sign(claims))
    expect(names[0]).toMatch(/^jwt-[0-9a-f]{8}$/)
    expect([names[1] === names[0], names[2] === names[0]]).toEqual([true, false])
  })

  it.each<[claims: object, path: string, texts: readonly string[]]>([
    [{ roles: ['a', 1, '', 'b'] }, 'roles', ['a', 'b']],
    [{ scope: 'read  write' }, 'scope', ['read', 'write']],
    [{ a: { b: { c: 'x' } } }, 'a.b.c', ['x']],
    [{ 'https://x.example/roles': ['r'] }, 'https://x.example/roles', ['r']],
    [{ a: null }, 'a.b', []],
    [{ a: 1 }, 'constructor.name', []],
    [{ roles: { admin: true } }, 'roles', []],
    [{ roles: 'admin' }, '', []],
  ])('%j at %s is %j', (claims, path, texts) => {
    expect(textsOf(claimOf(claims as Readonly<Record<string, unknown>>, path))).toEqual(texts)
  })
})
