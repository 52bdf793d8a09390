import { type CacheDirectives, noDirectives } from './directives.ts'

function tokensOf(header: string): ReadonlyMap<string, string> {
  const tokens = new Map<string, string>()
  for (const part of header.split(',')) {
    const [name = '', value = ''] = part.split('=')
    tokens.set(name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, '$1'))
  }
  return tokens
}

function secondsOf(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,10}$/.test(value) ? Number(value) : undefined
}

/**
 * Reads a request's `Cache-Control` (RFC 9111 section 5.2.1): `no-store`, `no-cache`, `max-age=N`, `only-if-cached`.
 * Directives that are unknown or not well formed are ignored, as the RFC asks. A request that says `no-store` gets no
 * stored answer either: a client that wants no trace of its request does not expect another's answer.
 */
export function parseCacheControl(header: string | undefined): CacheDirectives {
  if (header === undefined || header === '') return noDirectives
  const tokens = tokensOf(header.slice(0, 1024))
  const noStore = tokens.has('no-store')
  return {
    lookup: !noStore && !tokens.has('no-cache'),
    store: !noStore,
    isPrivate: noStore,
    onlyIfCached: tokens.has('only-if-cached'),
    maxAgeSeconds: secondsOf(tokens.get('max-age')),
  }
}
