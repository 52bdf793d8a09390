/** Splits a parsed body: the object `cache` is for the gateway, and not for the provider. */
export function withoutCache<Body>(body: Body): { readonly cache: unknown; readonly sent: Body } {
  if (typeof body !== 'object' || body === null || !('cache' in body)) return { cache: undefined, sent: body }
  const { cache, ...sent } = body
  return { cache, sent: sent as Body } // no schema names `cache`
}
