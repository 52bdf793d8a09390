import { type GatewayConfig, secretPathsOf } from '@proxyapi/server'
import { valueAt } from './tree.ts'

/** A service account's key: its private key as it reads once the file is parsed. */
function privateKeyOf(credentials: string): readonly string[] {
  try {
    const { private_key: privateKey } = JSON.parse(credentials) as { readonly private_key?: unknown } // anything else is caught or has no such field
    return typeof privateKey === 'string' ? [privateKey] : []
  } catch {
    return []
  }
}

/** The password within a URL, as it stands there and as it is sent. A URL of a socket has none that can be told. */
function passwordsOf(url: string): readonly string[] {
  const password = URL.canParse(url) ? new URL(url).password : ''
  if (password === '') return []
  try {
    return [...new Set([password, decodeURIComponent(password)])]
  } catch {
    return [password]
  }
}

/** Of the database's address only the password is a secret: its host and name stand in messages. */
const addressOfDatabase = 'database.url'

/** Every secret in a configuration, by value: what must never be seen in a log or an answer. */
export function secretsOf(config: GatewayConfig): readonly string[] {
  const secrets = secretPathsOf(config).flatMap((path) => {
    const text = valueAt(config, path)
    if (typeof text !== 'string') return []
    return [...(path.join('.') === addressOfDatabase ? [] : [text]), ...privateKeyOf(text), ...passwordsOf(text)]
  })
  return secrets.filter((secret) => secret !== '')
}
