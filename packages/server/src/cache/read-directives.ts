import { bothDirectives, type CacheDirectives, parseBodyControls, parseCacheControl } from '@proxyapi/context'
import { type CacheOverrides, InvalidRequestError } from '@proxyapi/core'

function isInputError(error: unknown): error is Error & { readonly param?: string } {
  return error instanceof Error && 'brand' in error && 'code' in error && error.code === 'invalid_request'
}

/** What a client says of the cache, by header and body. @throws InvalidRequestError */
export function readDirectives(overrides: CacheOverrides | undefined): CacheDirectives | undefined {
  if (overrides === undefined) return undefined
  try {
    return bothDirectives(parseCacheControl(overrides.header), parseBodyControls(overrides.body))
  } catch (error) {
    if (isInputError(error)) throw new InvalidRequestError(error.message, error.param)
    throw error
  }
}
