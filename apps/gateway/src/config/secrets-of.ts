import type { GatewayConfig } from '@proxyapi/server'

/** A service account's key: the file as it was given, and the private key as it reads once the file is parsed. */
function credentialsOf(credentials: string | undefined): readonly (string | undefined)[] {
  if (credentials === undefined) return []
  try {
    const { private_key: privateKey } = JSON.parse(credentials) as { readonly private_key?: unknown } // anything else is caught or has no such field
    return [credentials, typeof privateKey === 'string' ? privateKey : undefined]
  } catch {
    return [credentials]
  }
}

/** The password within a URL, as it stands there. */
function passwordOf(url: string): string | undefined {
  return url === '' ? undefined : new URL(url).password
}

/** The password of a database, as it stands in the URL and as it is sent. A URL of a socket has none that can be told. */
function databasePasswords(url: string): readonly (string | undefined)[] {
  const password = URL.canParse(url) ? passwordOf(url) : undefined
  if (password === undefined || password === '') return []
  try {
    return [password, decodeURIComponent(password)]
  } catch {
    return [password]
  }
}

/** Every secret in a configuration, by value: what must never be seen in a log or an answer. */
export function secretsOf(config: GatewayConfig): readonly string[] {
  const providers = config.providers.flatMap((provider) => [
    provider.api_key,
    provider.secret_access_key,
    provider.session_token,
    provider.access_key_id,
    ...credentialsOf(provider.credentials),
    ...Object.values(provider.headers ?? {}),
  ])
  const proxy = passwordOf(config.http_client.proxy)
  const keys = config.auth.api_keys.map((key) => (typeof key === 'string' ? key : key.key))
  const channels = config.alerting.channels
  const alerts = [
    channels.slack?.webhook_url,
    channels.email?.smtp_url,
    channels.pagerduty?.routing_key,
    channels.webhook?.url,
    channels.webhook?.secret,
  ]
  const database = databasePasswords(config.database.url)
  return [...providers, ...keys, ...alerts, config.redis.url, ...database, proxy].filter(
    (secret): secret is string => secret !== undefined && secret !== '',
  )
}
