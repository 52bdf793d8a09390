import type { Deps } from '../deps.ts'
import type { Transport } from '../transport/transport.ts'
import type { ProviderTable } from './registry.ts'

/** What every provider of an engine shares. */
export interface ProviderDeps {
  readonly deps: Deps
  readonly transport: Transport
  readonly table: ProviderTable
}
