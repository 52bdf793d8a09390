import { AwsV4Signer } from 'aws4fetch'
import { ProxyApiError } from '../errors/proxy-api-error.ts'
import { bearer } from './auth.ts'
import type { Authorizer, AuthScheme, UnsignedRequest } from './definition.ts'
import type { ProviderOptions } from './options.ts'

/** `2026-01-31T10:20:30.000Z` as AWS writes it: `20260131T102030Z`. */
function toAmzDate(ms: number): string {
  return new Date(ms).toISOString().replace(/[:-]|\.\d{3}/g, '')
}

function credentialsOf(options: ProviderOptions): {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
} {
  const { accessKeyId, secretAccessKey, sessionToken } = options
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new ProxyApiError({
      code: 'invalid_config',
      message: `Provider "${options.name}" needs access_key_id and secret_access_key, or an api_key.`,
      param: 'access_key_id',
    })
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) }
}

/** AWS Signature Version 4 for Bedrock; a Bedrock API key goes as a bearer token instead. */
export const sigV4: AuthScheme = (options, deps): Authorizer => {
  if (options.apiKey !== undefined && options.apiKey !== '') return bearer(options, deps)
  const credentials = credentialsOf(options)
  return async (request: UnsignedRequest) => {
    const signer = new AwsV4Signer({
      ...credentials,
      service: 'bedrock',
      region: options.region ?? 'us-east-1',
      method: request.method,
      url: request.url,
      headers: { ...request.headers },
      ...(request.body !== undefined && { body: request.body }),
      datetime: toAmzDate(deps.now()),
      allHeaders: true,
    })
    const signed = await signer.sign()
    return Object.fromEntries([...new Headers(signed.headers)].filter(([name]) => name !== 'host'))
  }
}
