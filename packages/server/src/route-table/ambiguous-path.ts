/** What a proxy in front of the gateway may normalise differently: encoded slashes, dot segments, empty segments. */
const ambiguous = /%2f|%5c|%00|\\|\/\/|;|\/\.{1,2}(\/|$)/i
const rawAmbiguous = /\\|\/\/|;|\/\.{1,2}(\/|$)/
const encodedId = /^[A-Za-z0-9._:@-]+(%2f[A-Za-z0-9._:@-]+)+$/i

/** Where a last parameter that may hold slashes begins in a path, and whether it may hold any text. */
export interface Rest {
  readonly start: number
  readonly isText: boolean
}

/** Whether all percent signs of a path begin an encoded character of UTF-8. */
export function isDecodable(path: string): boolean {
  if (!path.includes('%')) return true
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

/**
 * Whether a path may mean another one to a proxy in front of the gateway. In a last parameter that may hold slashes an encoded slash
 * is allowed, for clients encode a model's id, and ids are `provider/model`; one that may hold any text says it encoded.
 */
export function isAmbiguousPath(path: string, rest?: Rest): boolean {
  if (!ambiguous.test(path)) return false
  if (rest === undefined) return true
  if (ambiguous.test(path.slice(0, rest.start))) return true
  const value = path.slice(rest.start)
  return rest.isText ? rawAmbiguous.test(`/${value}`) : !encodedId.test(value)
}
