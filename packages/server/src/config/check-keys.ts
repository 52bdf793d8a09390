import { createHash } from 'node:crypto'
import type { ConfigIssue } from '../errors/config-issue.ts'
import type { GatewayConfig } from './config-schema.ts'

type Path = readonly (string | number)[]
type Written = GatewayConfig['auth']['api_keys'][number]

/** Printable ASCII; without spaces and commas, which part two keys in one header line (RFC 9110 section 5.6.1). */
const sendable = /^[!-+\--~]+$/

function pathOf(key: Written, index: number): Path {
  const path: Path = ['auth', 'api_keys', index]
  return typeof key === 'string' ? path : [...path, key.key === undefined && key.key_sha256 !== undefined ? 'key_sha256' : 'key']
}

function checkForm(key: Written, path: Path): readonly ConfigIssue[] {
  const text = typeof key === 'string' ? key : key.key
  if (text === undefined) return []
  if (text === '') return [{ path, message: 'is empty', found: 'nothing', allowed: 'a key that clients send' }]
  if (sendable.test(text)) return []
  return [
    {
      path,
      message: "holds a character that can't be sent in a header",
      found: 'a string',
      allowed: 'printable ASCII without spaces and commas',
    },
  ]
}

function checkFields(key: Exclude<Written, string>, path: Path): readonly ConfigIssue[] {
  const count = [key.key, key.key_sha256].filter((value) => value !== undefined).length
  if (count === 1) return []
  const found = count === 0 ? 'nothing' : 'both'
  return [{ path, message: count === 0 ? 'is missing' : 'stands beside key_sha256', found, allowed: 'exactly one of key and key_sha256' }]
}

function checkExpiry({ expires }: Exclude<Written, string>, path: Path): readonly ConfigIssue[] {
  if (expires === undefined || !Number.isNaN(new Date(expires).getTime())) return []
  return [{ path, message: 'has a wrong value', found: JSON.stringify(expires), allowed: 'a date such as 2027-01-01' }]
}

function digestOf(key: Written): string | undefined {
  const text = typeof key === 'string' ? key : key.key
  if (text !== undefined) return createHash('sha256').update(text).digest('hex')
  return typeof key === 'string' ? undefined : key.key_sha256?.toLowerCase()
}

/** One key with two entries would have two roles, of which only one holds. */
function checkRepeated(keys: readonly Written[]): readonly ConfigIssue[] {
  const digests = keys.map(digestOf)
  return keys.flatMap((key, index) => {
    const digest = digests[index]
    const first = digests.indexOf(digest)
    if (digest === undefined || first === index) return []
    return [
      {
        path: pathOf(key, index),
        message: `is the key of auth.api_keys[${first}]`,
        found: 'the same key twice',
        allowed: 'one entry a key',
      },
    ]
  })
}

/** Keys that nobody could send, that are there twice, or that say too much or too little. */
export function checkKeys({ auth: { api_keys: keys } }: GatewayConfig): readonly ConfigIssue[] {
  const issues = keys.flatMap((key, index) => [
    ...checkForm(key, pathOf(key, index)),
    ...(typeof key === 'string'
      ? []
      : [...checkFields(key, pathOf(key, index)), ...checkExpiry(key, ['auth', 'api_keys', index, 'expires'])]),
  ])
  return [...issues, ...checkRepeated(keys)]
}
