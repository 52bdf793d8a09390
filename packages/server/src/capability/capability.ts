import type { Shedder } from '@proxyapi/context'
import type { Deps, Engine, EngineEvent, EngineOptions, Filter, ProxyApiError, Receipt, TargetFilter, Transport } from '@proxyapi/core'
import type { CompletedRequest, ReadGauges } from '@proxyapi/logging'
import type { GatewayEvent } from '@proxyapi/logging/node'
import type { Admission } from '../admission/admission.ts'
import type { AdmissionDeps } from '../admission/admit.ts'
import type { InFlight } from '../admission/in-flight.ts'
import type { Announcer } from '../announcements/announcer.ts'
import type { Authenticator } from '../auth/authenticator.ts'
import type { Principal } from '../auth/principal.ts'
import type { ReadBudget } from '../auth/rules.ts'
import type { GatewayConfig } from '../config/config-schema.ts'
import type { Mask } from '../errors/client-error.ts'
import type { CallOrigin, Observers } from '../request/observers.ts'
import type { CallDeps } from '../request/open-call.ts'
import type { RequestLimiter } from '../route-table/request-limiter.ts'
import type { Route } from '../route-table/route.ts'
import type { ConfigurationControl } from './configuration-control.ts'
import type { Workers } from './workers.ts'

/** The gateway as it stands when it is asked. Not to be asked before the first configuration has been compiled. */
export interface CurrentGateway {
  readonly engine: () => Engine
  readonly admission: () => ReturnType<Admission['figures']>
  readonly features: () => readonly Feature[]
  /** The calls under way. */
  readonly openCalls: InFlight['list']
  /** What routes need to open calls. */
  readonly calls: () => CallDeps
  /** What routes need to admit requests. */
  readonly admissions: () => AdmissionDeps
  /** Answers a request as one of a client, in this process. */
  readonly fetch: (request: Request) => Promise<Response>
  /** `undefined` until the gateway is whole. */
  readonly configuration: () => ConfigurationControl | undefined
}

/** What a capability may use of the process that it lives in. */
export interface CapabilityDeps {
  /** Time, chance, identity and network. */
  readonly deps: Deps
  /** `undefined` sends through `deps.fetch`. */
  readonly transport?: Transport | undefined
  /** Hides secrets in texts that come from outside. */
  readonly mask: Mask
  readonly observers: Observers
  readonly gateway: CurrentGateway
  /** Tells other processes of the same gateway, and hears of them. */
  readonly announcer: Announcer
  /** Where this process is the primary of several. */
  readonly workers?: Workers | undefined
}

/** What a capability may use while a configuration is compiled. */
export interface CompileContext extends CapabilityDeps {
  /** Features of the capabilities before this one. */
  readonly earlier: readonly Feature[]
  /**
   * Calls back when the snapshot that is being compiled becomes the present one; not when it is discarded. Whatever compiling changes of a
   * capability's state belongs here.
   */
  readonly onSwap: (callback: () => void) => void
}

/** What a configuration makes of a capability: how it takes part in requests. Every member is optional. */
export interface Feature {
  /** Stands between the clients and the router. Filters of earlier capabilities see a request first. */
  readonly filter?: Filter | undefined
  /** Stands around one attempt at one target. */
  readonly targetFilter?: TargetFilter | undefined
  /** Counts tokens for the router where a window is at risk. */
  readonly countTokens?: NonNullable<EngineOptions['catalog']>['countTokens'] | undefined
  /** Knows credentials beyond the configured keys. Asked after those of earlier capabilities. */
  readonly authenticator?: Authenticator | undefined
  /** Whether a credential is needed although no key is configured. Default: no; such a gateway is open to its own machine. */
  readonly closesGateway?: boolean | undefined
  /** Tells how budgets stand, for whoever shows them. */
  readonly readBudget?: ReadBudget | undefined
  /** Counts requests before their body is read. */
  readonly limiter?: RequestLimiter | undefined
  /** Rows for the table of routes. */
  readonly routes?: readonly Route[] | undefined
  /** Called once per finished call. */
  readonly onReceipt?: ((receipt: Receipt, origin: CallOrigin) => void) | undefined
  /** Called once per HTTP request, when its answer has been sent. */
  readonly onRequest?: ((request: CompletedRequest) => void) | undefined
  /** The same for requests that a worker of this process has answered. */
  readonly onWorkerRequest?: ((request: CompletedRequest) => void) | undefined
  /** Answers the primary, where this process is a worker, by the name of the question. Arguments and answers are plain data. */
  readonly answers?: Readonly<Record<string, (argument: unknown) => unknown>> | undefined
  /** Records an admin action that has been carried out. Its answer waits; a failure becomes the answer. */
  readonly recordAction?: ((action: CompletedRequest) => Promise<void>) | undefined
  /** The events of the engine that it listens to. Default: all. */
  readonly events?: readonly EngineEvent['type'][] | undefined
  /** Called for each of these events. */
  readonly onEvent?: ((event: EngineEvent) => void) | undefined
  /** Called for each change that a capability tells through `observers.onGatewayEvent`. */
  readonly onGatewayEvent?: ((event: GatewayEvent) => void) | undefined
  /** Called for every request that is answered with an error. */
  readonly onError?: ((error: ProxyApiError) => void) | undefined
  /** Its part of `GET /v1/status`, under names of its own; what the caller may not use is not told. */
  readonly status?: ((principal: Principal | undefined) => Readonly<Record<string, unknown>>) | undefined
  /** What of it does not work as it should, in words for an operator: health is `degraded` meanwhile. */
  readonly degradedBy?: (() => readonly string[]) | undefined
  /** Its values for `/metrics`, asked at every scrape. */
  readonly readGauges?: ReadGauges | undefined
  /** What gives up memory when the process runs short of it. */
  readonly shedders?: readonly Shedder[] | undefined
  /** What it holds on an end user, under a name of its own. */
  readonly exportUserData?: ((user: string) => Promise<Readonly<Record<string, unknown>>>) | undefined
  /** Erases an end user, and gives how much that was, under a name of its own. */
  readonly eraseUserData?: ((user: string) => Promise<Readonly<Record<string, number>>>) | undefined
  /**
   * Drops what it has made of requests' texts and can make again, whosever it was, and gives how many pieces: whoever clears the cache
   * or erases a person must not leave them behind.
   */
  readonly clearDerived?: (() => number | Promise<number>) | undefined
  /**
   * Starts what runs by itself (timers, maintenance): once, with the first snapshot that has this feature. A gateway that is never started
   * still answers.
   */
  readonly start?: (() => void) | undefined
  /** Flushes and frees what the feature holds: when no snapshot has it any more (calls under way may still use it), and when the gateway closes. */
  readonly close?: (() => Promise<void>) | undefined
}

/**
 * One capability of a gateway: a filter, routes, listeners, in any mixture. `open` makes what lives as long as the process,
 * `compile` what a configuration makes of it.
 *
 * @example
 * const greeting: Capability = {
 *   name: 'greeting',
 *   open: () => undefined,
 *   compile: () => ({ routes: [defineRoute({ method: 'GET', path: '/hello', access: 'public', summary: 'Says hello.', handle: (exchange) => exchange.send(200, {}, 'hello') })] }),
 * }
 * createGateway(config, { capabilities: [greeting] })
 */
export interface Capability<State = unknown> {
  readonly name: string
  /** Called once, before the first configuration is compiled. */
  open(deps: CapabilityDeps): State
  /** Called for each configuration. Methods, so that capabilities of any state go into one list: each is given its own. */
  compile(config: GatewayConfig, state: State, context: CompileContext): Feature
  /** Frees what `open` made, when the gateway closes. */
  close?(state: State): Promise<void>
}
