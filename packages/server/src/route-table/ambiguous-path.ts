/** What a proxy in front of the gateway may normalise differently: encoded slashes, dot segments, empty segments. */
const ambiguous = /%2f|%5c|%00|\\|\/\/|;|\/\.{1,2}(\/|$)/i
const encodedId = /^[A-Za-z0-9._:@-]+(%2f[A-Za-z0-9._:@-]+)+$/i

/**
 * Whether a path may mean another one to a proxy in front of the gateway. `restStart` is where a last parameter begins that
 * may hold slashes: there an encoded slash is allowed, for clients encode a model's id, and ids are `provider/model`.
 */
export function isAmbiguousPath(path: string, restStart?: number): boolean {
  if (!ambiguous.test(path)) return false
  if (restStart === undefined) return true
  return ambiguous.test(path.slice(0, restStart)) || !encodedId.test(path.slice(restStart))
}
