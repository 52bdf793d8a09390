import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { GatewayConfig, KeyStore } from '@proxyapi/server'
import { deferKeyStore } from './defer-key-store.ts'

export interface OpenKeyStoreOptions {
  readonly config: Pick<GatewayConfig, 'database'>
  /** The data folder; `undefined` where there is none. */
  readonly folder: string | undefined
  /** What keys are kept under: the same for all gateways of a database. */
  readonly secret: string
}

// The database's library takes a third of a second and ten megabytes to load: a gateway without issued keys does without.
const loadSqlKeys = () => import('./open-sql-keys.ts')

/**
 * Where issued keys are kept: PostgreSQL where `database.url` names one, else `keys.db` of the data folder; `undefined` without either.
 * A `keys.db` that is not there yet is made for the first key.
 *
 * @throws the database's error, and ProxyApiError `invalid_config` where its keys were made under another secret
 */
export async function openKeyStore({ config, folder, secret }: OpenKeyStoreOptions): Promise<KeyStore | undefined> {
  const { url } = config.database
  if (url !== '') return (await loadSqlKeys()).openPostgresKeys(url, secret)
  if (folder === undefined) return undefined
  const file = join(folder, 'keys.db')
  const open = async (): Promise<KeyStore> => (await loadSqlKeys()).openSqliteKeys(file, secret)
  return existsSync(file) ? open() : deferKeyStore(open, () => existsSync(file))
}
