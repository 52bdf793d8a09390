import type { CredentialName } from '@proxyapi/core/serving'

/** The options that hold credentials, in the words of the configuration. */
export const credentialFields = {
  apiKey: 'api_key',
  accessKeyId: 'access_key_id',
  secretAccessKey: 'secret_access_key',
  sessionToken: 'session_token',
  credentials: 'credentials',
} as const satisfies Readonly<Record<CredentialName, string>>
