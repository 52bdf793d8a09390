import type { ChatFilter, EngineEvent, ProxyApiError, Receipt } from '@proxyapi/core'
import type { CallRecord, CompletedRequest, ReadGauges } from '@proxyapi/logging'
import type { Hono } from 'hono'
import type { GatewayEnv } from '../http/bindings.ts'
import type { CallContext } from '../observation/to-call-record.ts'

/**
 * One capability of a gateway, as far as it shows: what it does to calls, which paths it answers, what it is told. A
 * capability lives in a folder of its own and is put together in `create-gateway.ts`; every part is optional.
 */
export interface Capability {
  /** Stands between the clients and the router. Filters of earlier capabilities see a request first. */
  readonly filter?: ChatFilter | undefined
  readonly addRoutes?: ((app: Hono<GatewayEnv>) => void) | undefined
  /** Told of every call that has ended, after its answer has gone. Must not throw. */
  readonly onReceipt?: ((call: CallRecord, receipt: Receipt, context: CallContext) => void) | undefined
  /** Told of every HTTP request, once its answer has gone. Must not throw. */
  readonly onRequest?: ((request: CompletedRequest) => void) | undefined
  readonly onEvent?: ((event: EngineEvent) => void) | undefined
  /** Told of every request that is answered with an error. Must not throw. */
  readonly onRefusal?: ((error: ProxyApiError) => void) | undefined
  /** Its part of `GET /v1/status`. */
  readonly status?: (() => Readonly<Record<string, unknown>>) | undefined
  /** Its values for `/metrics`, asked at every scrape. */
  readonly readGauges?: ReadGauges | undefined
  /** What it holds on an end user, under a name of its own. */
  readonly held?: ((user: string) => Promise<Readonly<Record<string, unknown>>>) | undefined
  /** Erases an end user, and gives how much that was, under a name of its own. */
  readonly erase?: ((user: string) => Promise<Readonly<Record<string, number>>>) | undefined
  /** Starts what runs by itself (timers, maintenance). A gateway that is never started still answers. */
  readonly start?: (() => void) | undefined
  /** Flushes and lets go. */
  readonly close?: (() => Promise<void>) | undefined
}
