import { CacheInputError } from './cache-input-error.ts'
import { type CacheDirectives, noDirectives } from './directives.ts'

/** A year: more is a mistake in the unit. */
const maxSeconds = 31_536_000

function found(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : typeof value
}

function readFlag(controls: Readonly<Record<string, unknown>>, name: string): boolean {
  const value = controls[name]
  if (value === undefined || value === null) return false
  if (typeof value === 'boolean') return value
  throw new CacheInputError(`cache.${name}`, `cache.${name} must be true or false; found ${found(value)}.`)
}

function readSeconds(controls: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = controls[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number' && value >= 0 && value <= maxSeconds) return value
  const what = typeof value === 'number' ? String(value) : found(value)
  throw new CacheInputError(`cache.${name}`, `cache.${name} must be a number of seconds from 0 to ${maxSeconds}; found ${what}.`)
}

function readNamespace({ namespace }: Readonly<Record<string, unknown>>): string | undefined {
  if (namespace === undefined || namespace === null) return undefined
  if (typeof namespace === 'string' && namespace.length <= 256) return namespace
  const what = typeof namespace === 'string' ? `${namespace.length} characters` : found(namespace)
  throw new CacheInputError('cache.namespace', `cache.namespace must be a text of at most 256 characters; found ${what}.`)
}

/**
 * Reads the body's `cache` object as users of LiteLLM write it: `{ "no-cache", "no-store", "ttl", "s-maxage", "namespace" }`.
 * `no-cache` asks for a new answer, `no-store` keeps the answer out of the cache, `ttl` says how many seconds it stays
 * fresh, `s-maxage` how old a stored one may be. Other fields are ignored. A namespace divides the caller's own entries
 * and never reaches anybody else's.
 *
 * @throws CacheInputError (`invalid_request`) naming the field
 */
export function parseBodyControls(cache: unknown): CacheDirectives {
  if (cache === undefined || cache === null) return noDirectives
  if (typeof cache !== 'object' || Array.isArray(cache))
    throw new CacheInputError('cache', `cache must be an object such as {"no-cache": true}; found ${found(cache)}.`)
  const controls = cache as Readonly<Record<string, unknown>>
  return {
    ...noDirectives,
    lookup: !readFlag(controls, 'no-cache'),
    store: !readFlag(controls, 'no-store'),
    maxAgeSeconds: readSeconds(controls, 's-maxage') ?? readSeconds(controls, 's-max-age'),
    ttlSeconds: readSeconds(controls, 'ttl'),
    namespace: readNamespace(controls),
  }
}
