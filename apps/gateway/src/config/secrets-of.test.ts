import { assertConfig } from '@proxyapi/server'
import { describe, expect, it } from 'vitest'
import { secretsOf } from './secrets-of.ts'

const key = '-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----\n'

describe('the secrets of a configuration', () => {
  it.each([
    ['', []],
    ['postgres://user@host/db', []],
    ['postgres://user:p%40ss@host/db', ['p%40ss', 'p@ss']],
    ['postgres://user:p%zz@host/db', ['p%zz']],
    ['postgresql://user@/db?host=/run/postgresql', []],
  ])('are the password of the database %s', (url, passwords) => {
    expect(secretsOf(assertConfig({ database: { url } }))).toEqual(passwords)
  })

  it.each([
    ['a service account', JSON.stringify({ client_email: 'a@b.test', private_key: key }), [key]],
    ['a service account that is no JSON', 'not-json', []],
    ['a service account that is null', 'null', []],
  ])('are known in %s', (_what, credentials, more) => {
    const config = assertConfig({ providers: [{ name: 'vertex', type: 'vertex', credentials, project: 'p', region: 'eu', models: ['m'] }] })
    expect(secretsOf(config)).toEqual([credentials, ...more])
  })
})
