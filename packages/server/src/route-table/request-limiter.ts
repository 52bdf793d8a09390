import type { Exchange } from '../http/exchange.ts'
import type { Route } from './route.ts'

/** Lets requests through by how many there were, before anything of their body is read. */
export interface RequestLimiter {
  /** The promise is there only where something has to be waited for. @throws ProxyApiError `rate_limit_exceeded`, `client_closed_request` */
  readonly enter: (exchange: Exchange, route: Pick<Route, 'path' | 'access' | 'operation'>) => Promise<void> | undefined
}
