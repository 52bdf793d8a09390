import { ProxyApiError } from '../errors/proxy-api-error.ts'
import type { AuthScheme } from './definition.ts'

function requireKey(provider: string, apiKey: string | undefined): string {
  if (apiKey !== undefined && apiKey !== '') return apiKey
  throw new ProxyApiError({ code: 'invalid_config', message: `Provider "${provider}" has no api_key.`, param: 'api_key' })
}

/** `Authorization: Bearer <key>`. */
export const bearer: AuthScheme = (options) => {
  const headers = { authorization: `Bearer ${requireKey(options.name, options.apiKey)}` }
  return () => headers
}

/** A bearer key where one is configured, nothing otherwise (local servers). */
export const optionalBearer: AuthScheme = (options, deps) =>
  options.apiKey === undefined || options.apiKey === '' ? () => ({}) : bearer(options, deps)

/** The bare key in the vendor's own header. */
export function keyHeader(name: string): AuthScheme {
  return (options) => {
    const headers = { [name]: requireKey(options.name, options.apiKey) }
    return () => headers
  }
}
