import ky from 'ky'
import { ProxyApiError } from '../errors/proxy-api-error.ts'
import { isJsonObject, parseJson, readNumber, readString } from '../wire/json.ts'
import { bearer } from './auth.ts'
import type { Authorizer, AuthScheme } from './definition.ts'

/** Tokens are renewed this long before they expire, so that no token expires during a call. */
const renewBeforeMs = 60_000
const scope = 'https://www.googleapis.com/auth/cloud-platform'

interface ServiceAccount {
  readonly email: string
  readonly privateKey: string
  readonly tokenUrl: string
}

function parseServiceAccount(provider: string, text: string): ServiceAccount {
  const json = parseJson(text)
  const email = isJsonObject(json) ? readString(json, 'client_email') : undefined
  const privateKey = isJsonObject(json) ? readString(json, 'private_key') : undefined
  if (!isJsonObject(json) || email === undefined || privateKey === undefined) {
    throw new ProxyApiError({
      code: 'invalid_config',
      message: `Provider "${provider}": credentials is no service account key (client_email, private_key).`,
      param: 'credentials',
    })
  }
  return { email, privateKey, tokenUrl: readString(json, 'token_uri') ?? 'https://oauth2.googleapis.com/token' }
}

/** Google's OAuth for service accounts (RFC 7523): a signed claim is exchanged for a token, which is kept until it nears its end. */
export const googleToken: AuthScheme = (options, deps): Authorizer => {
  if (options.credentials === undefined) return bearer(options, deps)
  const account = parseServiceAccount(options.name, options.credentials)
  let token: { readonly header: Readonly<Record<string, string>>; readonly untilMs: number } | undefined
  let pending: Promise<Readonly<Record<string, string>>> | undefined

  const fetchToken = async (): Promise<Readonly<Record<string, string>>> => {
    // Loaded by those who sign: most gateways have no such account.
    const { importPKCS8, SignJWT } = await import('jose')
    const nowSeconds = Math.floor(deps.now() / 1000)
    const assertion = await new SignJWT({ scope })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
      .setIssuer(account.email)
      .setAudience(account.tokenUrl)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + 3600)
      .sign(await importPKCS8(account.privateKey, 'RS256'))
    const body = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion })
    const answer: unknown = await ky.post(account.tokenUrl, { body, fetch: deps.fetch, retry: 1, timeout: 10_000 }).json()
    const value = isJsonObject(answer) ? readString(answer, 'access_token') : undefined
    if (!isJsonObject(answer) || value === undefined)
      throw new ProxyApiError({ code: 'upstream_auth_error', message: 'The token endpoint gave no access token.' })
    token = {
      header: { authorization: `Bearer ${value}` },
      untilMs: deps.monotonicNow() + (readNumber(answer, 'expires_in') ?? 3600) * 1000 - renewBeforeMs,
    }
    return token.header
  }

  return () => {
    if (token !== undefined && deps.monotonicNow() < token.untilMs) return token.header
    pending ??= fetchToken().finally(() => {
      pending = undefined
    })
    return pending
  }
}
