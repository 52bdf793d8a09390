import { describe, expect, it } from 'vitest'
import { authorize } from './access.ts'
import type { Authenticated } from './authenticate.ts'
import type { Authenticator } from './authenticator.ts'
import { createConfiguredKeys } from './configured-keys.ts'
import type { Access } from './permissions.ts'
import type { Principal } from './principal.ts'

const principal: Principal = {
  id: 'p-1',
  kind: 'issued',
  name: 'issued',
  role: 'user',
  permissions: new Set(['user']),
  models: ['*'],
  tags: [],
  criticality: 'default',
}

function request(headers: Readonly<Record<string, string>>, path = '/v1/models'): Authenticated {
  return {
    principal: undefined,
    authFailure: undefined,
    authorizedAtMs: 0,
    now: () => 7,
    path,
    peerAddress: undefined,
    header: (name) => headers[name],
    hasCredential: () => Object.keys(headers).length > 0,
  }
}

function outcome(asked: Authenticated, others: readonly Authenticator[], { isOpen = false, needed = 'key' as Access } = {}) {
  const configured = createConfiguredKeys([{ name: 'c', key: 'configured', role: 'user', models: ['*'] }], 'secret')
  return authorize(asked, needed, { configured, others, isOpen, metricsPublic: false })
}

const knows = (credential: string, found: Principal, later = false): Authenticator => ({
  name: 'test',
  authenticate: (given) => {
    const answer = given === credential ? found : undefined
    return later ? Promise.resolve(answer) : answer
  },
})

describe('who a credential belongs to', () => {
  it('is said by the configured keys at once, and nobody else is asked', () => {
    const asked = request({ 'x-api-key': 'configured' })
    const never: Authenticator = {
      name: 'never',
      authenticate: () => {
        throw new Error('asked')
      },
    }
    expect(outcome(asked, [never])).toBeUndefined()
    expect(asked.principal?.name).toBe('c')
  })

  it.each([false, true])('is said by the first of the others that knows it (later: %s)', async (later) => {
    const asked = request({ authorization: 'Bearer issued' })
    const waiting = outcome(asked, [
      knows('else', principal, later),
      knows('issued', principal, later),
      knows('issued', { ...principal, id: 'p-2' }),
    ])
    expect(waiting instanceof Promise).toBe(later)
    await waiting
    expect(asked.principal?.id).toBe('p-1')
  })

  it.each([false, true])('is nobody: 401 with one message (later: %s)', async (later) => {
    const asked = request({ 'api-key': 'wrong' })
    await expect((async () => outcome(asked, [knows('issued', principal, later)]))()).rejects.toMatchObject({
      code: 'invalid_api_key',
      message: 'A valid API key is needed: send it as "Authorization: Bearer <key>", "X-API-Key: <key>" or "api-key: <key>".',
    })
    expect([asked.principal, asked.authFailure]).toEqual([undefined, 'invalid'])
  })

  it('is not asked for a credential that is longer than any', async () => {
    const long = 'x'.repeat(16_385)
    await expect((async () => outcome(request({ 'x-api-key': long }), [knows(long, principal)]))()).rejects.toMatchObject({
      code: 'invalid_api_key',
    })
  })

  it.each([false, true])('is refused even on an open gateway where only we could have given it (later: %s)', async (later) => {
    const others = [{ ...knows('own-good', principal, later), isOwnForm: (credential: string) => credential.startsWith('own-') }]
    const [good, revoked, placeholder] = ['own-good', 'own-revoked', 'none'].map((key) => request({ 'x-api-key': key }))
    for (const asked of [good, placeholder]) await outcome(asked as Authenticated, others, { isOpen: true, needed: 'admin' })
    await expect((async () => outcome(revoked as Authenticated, others, { isOpen: true }))()).rejects.toMatchObject({
      code: 'invalid_api_key',
    })
    expect([good?.principal?.id, placeholder?.principal, revoked?.authFailure]).toEqual(['p-1', undefined, 'invalid'])
  })

  it.each([false, true])('is written down on an open gateway, which refuses nobody (later: %s)', async (later) => {
    const known = request({ 'x-api-key': 'issued' })
    const unknown = request({ 'x-api-key': 'wrong' })
    const bare = request({})
    const others = [knows('issued', principal, later)]
    for (const asked of [known, unknown, bare]) await outcome(asked, others, { isOpen: true, needed: 'admin' })
    expect([known, unknown, bare].map((asked) => [asked.principal?.id, asked.authFailure])).toEqual([
      ['p-1', undefined],
      [undefined, undefined],
      [undefined, undefined],
    ])
  })
})

describe('what a principal may do', () => {
  const code = async (permissions: readonly string[], needed: Access, routes?: readonly string[]): Promise<string> => {
    const others = [knows('issued', { ...principal, permissions: new Set(permissions), routes })]
    try {
      await outcome(request({ 'x-api-key': 'issued' }, '/v1/chat/completions'), others, { needed })
      return 'ok'
    } catch (error) {
      return (error as { readonly code: string }).code
    }
  }

  it.each<[permissions: readonly string[], needed: Access, expected: string]>([
    [['*'], 'admin', 'ok'],
    [['*'], 'user', 'ok'],
    [['*'], 'cache:write', 'ok'],
    [['user'], 'user', 'ok'],
    [['user'], 'key', 'ok'],
    [['user'], 'observe', 'ok'],
    [['user'], 'cache:read', 'forbidden'],
    [['user'], 'admin', 'forbidden'],
    [['*:read'], 'cache:read', 'ok'],
    [['*:read'], 'cache:write', 'forbidden'],
    [['*:read'], 'user', 'forbidden'],
    [['*:read'], 'key', 'ok'],
    [['cache:*'], 'cache:write', 'ok'],
    [['cache:*'], 'requests:read', 'forbidden'],
    [['cache:*', '*:read', 'user'], 'admin', 'forbidden'],
    [[], 'key', 'ok'],
    [[], 'user', 'forbidden'],
    [['user'], 'nothing' as Access, 'forbidden'],
  ])('%j for %s is %s', async (permissions, needed, expected) => {
    expect(await code(permissions, needed)).toBe(expected)
  })

  it.each<[routes: readonly string[], expected: string]>([
    [['/v1/chat/completions'], 'ok'],
    [['/v1/*'], 'ok'],
    [['/*'], 'ok'],
    [['/v1/chat'], 'forbidden'],
    [['/v1'], 'forbidden'],
    [['/v2/*', '/v1/models'], 'forbidden'],
    [[], 'forbidden'],
  ])('at the paths %j is %s', async (routes, expected) => {
    expect(await code(['*'], 'user', routes)).toBe(expected)
  })
})
