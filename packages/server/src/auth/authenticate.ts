import { ProxyApiError } from '@proxyapi/core'
import type { KeyEntry, KeyRing } from './keys.ts'

/** Whether no credential came, or none that is good. */
export type AuthFailure = 'missing' | 'invalid'

/** As much of a request as authentication reads and writes. */
export interface Authenticated {
  key: KeyEntry | undefined
  authFailure: AuthFailure | undefined
  authorizedAtMs: number
  header(name: string): string | undefined
}

const message = 'A valid API key is needed: send it as "Authorization: Bearer <key>", "X-API-Key: <key>" or "api-key: <key>".'
const bearerForm = /^bearer +(\S+)$/i

/** The one credential of a request; `undefined` for none, several that differ or another scheme. A repeated header arrives joined by a comma. */
function credentialOf(authorization: string | undefined, apiKey: string | undefined, azureKey: string | undefined): string | undefined {
  const bearer = authorization === undefined ? undefined : bearerForm.exec(authorization)?.[1]
  if (authorization !== undefined && bearer === undefined) return undefined
  const first = bearer ?? (apiKey || azureKey || undefined)
  if (apiKey !== undefined && apiKey !== '' && apiKey !== first) return undefined
  return azureKey !== undefined && azureKey !== '' && azureKey !== first ? undefined : first
}

/** Lets a request through when its key is known; the given key is never echoed. @throws ProxyApiError `invalid_api_key` */
export function authenticate(request: Authenticated, keys: KeyRing, now: () => number): void {
  const nowMs = now()
  request.authorizedAtMs = nowMs
  const authorization = request.header('authorization')
  const apiKey = request.header('x-api-key')
  const azureKey = request.header('api-key')
  const credential = credentialOf(authorization, apiKey, azureKey)
  const entry = credential === undefined ? undefined : keys.find(credential, nowMs)
  if (entry === undefined) {
    request.authFailure = (authorization ?? apiKey ?? azureKey) === undefined ? 'missing' : 'invalid'
    throw new ProxyApiError({ code: 'invalid_api_key', message })
  }
  request.key = entry
}
