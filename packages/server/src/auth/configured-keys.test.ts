import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { assertConfig, parseConfig } from '../config/parse-config.ts'
import { type ConfiguredKey, createConfiguredKeys } from './configured-keys.ts'

const digest = (key: string): string => createHash('sha256').update(key).digest('hex')
const entry: ConfiguredKey = { name: 'a', key: 'client-key-0123456789', role: 'user', models: ['*'] }
const idOf = (key: ConfiguredKey, secret: string): string | undefined =>
  createConfiguredKeys([key], secret).authenticate('client-key-0123456789', 0)?.id

describe('the id of a key', () => {
  it('is no part of its digest, and another one under another secret', () => {
    const id = idOf(entry, 'secret')
    expect(id).toMatch(/^[0-9a-f]{16}$/)
    expect(digest('client-key-0123456789')).not.toContain(id)
    expect(idOf(entry, 'other')).not.toBe(id)
    expect(idOf(entry, 'secret')).toBe(id)
  })

  it('is the same whether the key or its digest is configured', () => {
    expect(idOf({ ...entry, key: undefined, keySha256: digest('client-key-0123456789') }, 'secret')).toBe(idOf(entry, 'secret'))
  })
})

describe('a configuration of keys', () => {
  const issuesOf = (keys: readonly unknown[]): readonly string[] => {
    const parsed = parseConfig({ auth: { api_keys: keys } })
    return parsed.ok ? [] : parsed.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
  }

  it.each<readonly [what: string, keys: readonly unknown[], issue: string]>([
    ['an empty key', [''], 'auth.api_keys.0 is empty'],
    ['an empty named key', [{ name: 'a', key: '' }], 'auth.api_keys.0.key is empty'],
    ['a line end', ['client\n'], "auth.api_keys.0 holds a character that can't be sent"],
    ['a zero width space', [{ name: 'a', key: 'sk\u200babc' }], "auth.api_keys.0.key holds a character that can't be sent"],
    ['letters beyond Latin', ['ключ-ключ'], "auth.api_keys.0 holds a character that can't be sent"],
    ['a space', ['two words'], "auth.api_keys.0 holds a character that can't be sent"],
    ['a comma', ['one,two'], "auth.api_keys.0 holds a character that can't be sent"],
    ['the same key twice', ['client-key', 'client-key'], 'auth.api_keys.1 is the key of auth.api_keys[0]'],
    [
      'one key as user and as admin',
      ['client-key', { name: 'ops', key: 'client-key', role: 'admin' }],
      'auth.api_keys.1.key is the key of auth.api_keys[0]',
    ],
    [
      'one key and its digest',
      [
        { name: 'ops', key: 'client-key', role: 'admin' },
        { name: 'app', key_sha256: digest('client-key').toUpperCase() },
      ],
      'auth.api_keys.1.key_sha256 is the key of auth.api_keys[0]',
    ],
    ['neither key nor digest', [{ name: 'a' }], 'auth.api_keys.0.key is missing'],
  ])('with %s is refused', (_what, keys, issue) => {
    expect(issuesOf(keys)).toEqual([expect.stringContaining(issue)])
  })

  it('never shows a key', () => {
    const shown = (): unknown => assertConfig({ auth: { api_keys: ['geheim-ключ', 'geheim-ключ'] } })
    expect(shown).toThrow('auth.api_keys[1]')
    expect(shown).not.toThrow('geheim')
  })

  it('takes every key that can be sent', () => {
    expect(issuesOf(['sk-ant-api03_ABC.def~+/=', "!#$%&'()*:;<>?@[]^`{|}"])).toEqual([])
  })
})
