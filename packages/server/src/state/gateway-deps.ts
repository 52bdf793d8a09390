import type { Deps, ProviderDefinition, ProxyApiError, Receipt, TargetFilter, Transport } from '@proxyapi/core'
import type { ModelListStore } from '@proxyapi/core/serving'
import type { AlertHistoryEntry, CompletedRequest, ReadGauges } from '@proxyapi/logging'
import type { GatewayEvent, Recorder } from '@proxyapi/logging/node'
import type { ProcessLoad } from '../admission/admission.ts'
import type { CreateAlertChannel } from '../alerting/alert-channel.ts'
import type { Announcer } from '../announcements/announcer.ts'
import type { KeyStore } from '../auth/key-store.ts'
import type { CacheDeps } from '../cache/create-cache-capability.ts'
import type { Capability } from '../capability/capability.ts'
import type { ReloadOrigin, ReloadResult } from '../capability/configuration-control.ts'
import type { Workers } from '../capability/workers.ts'
import type { ConfigSource } from '../config/config-source.ts'
import type { Mask } from '../errors/client-error.ts'
import type { Guardrail } from '../guardrails/guardrail.ts'
import type { KeySetStore } from '../jwt/key-set-store.ts'
import type { LimitsDeps } from '../limits/limits-capability.ts'
import type { LoadTestStore } from '../load-test/load-tests.ts'
import type { CreateMemory } from '../memory/create-memory-capability.ts'
import type { RecordingStore } from '../recordings/recording-store.ts'
import type { RequestTracing } from '../request/complete-request.ts'

/** What an embedding program hands to a gateway. Every member is optional. */
export interface GatewayDeps {
  /** Capabilities of your own. Their filters see a request before the gateway's. */
  readonly capabilities?: readonly Capability[] | undefined
  /** Guardrails of your own. They judge after those of the configuration. */
  readonly guardrails?: readonly Guardrail[] | undefined
  /** Kinds of provider beyond the built-in ones, which the configuration may then name as `type`. One of a built-in type takes its place. */
  readonly definitions?: readonly ProviderDefinition[] | undefined
  /** Stands closest to the providers, within budgets, limits and all other filters: it may answer in a provider's place, as a replay of recorded answers does. */
  readonly targetFilter?: TargetFilter | undefined
  /** Time, chance, identity and network. Default: the system's. */
  readonly deps?: Deps | undefined
  /** `undefined` sends through `deps.fetch`. */
  readonly transport?: Transport | undefined
  /** Hides secrets in texts that come from outside. Default: texts stay as they are. */
  readonly mask?: Mask | undefined
  /** Makes the ids of keys, by which logs and analytics tell them apart and the cache parts tenants: they are the same for as long as it is. Default: one that lasts as long as the process. */
  readonly secret?: string | undefined
  /** Tells the other processes of this gateway what happens here; `createAnnouncer` over a channel. Without one nobody is told. The gateway closes it. */
  readonly announcer?: Announcer | undefined
  /** Keeps issued keys; `createMemoryKeyStore` for as long as the process. Without one none can be issued. The gateway closes it. */
  readonly keyStore?: KeyStore | undefined
  /** Where the response cache keeps answers besides memory. */
  readonly cache?: CacheDeps | undefined
  /** Where limits and budgets are counted for several instances, and who hears of budgets. */
  readonly limits?: LimitsDeps | undefined
  /** Watches the memory of the process; without it nothing does. */
  readonly createMemory?: CreateMemory | undefined
  /** How busy the process is, for shedding and alerts; `undefined` never sheds for load. */
  readonly load?: (() => ProcessLoad) | undefined
  /** Makes the channels of alerts; `undefined` knows those that speak HTTP, `createNodeAlertChannel` knows e-mail too. */
  readonly createAlertChannel?: CreateAlertChannel | undefined
  /** Keeps log lines, ledger, receipts and audit; those of `@proxyapi/logging/node` fit. Without one nothing is kept, and the routes say so. The gateway closes it. */
  readonly recorder?: Recorder | undefined
  /** Traces requests; `createTracing` of `@proxyapi/logging/node` fits. */
  readonly tracing?: RequestTracing | undefined
  /** Further values for `/metrics`, asked at every scrape: those of the machine, for instance. */
  readonly readGauges?: readonly ReadGauges[] | undefined
  /** Called once per finished call. */
  readonly onReceipt?: ((receipt: Receipt) => void) | undefined
  /** Called once per HTTP request when its answer has been sent, also of those that made no call. */
  readonly onRequest?: ((request: CompletedRequest) => void) | undefined
  /** Called when an alert begins and when it is over. */
  readonly onAlert?: ((entry: AlertHistoryEntry) => void) | undefined
  /** Called when a chaos experiment begins and when it has ended, with its report as `GET /api/chaos/{id}` has it. */
  readonly onExperiment?: ((report: Readonly<Record<string, unknown>>) => void) | undefined
  /** Where the configuration can be read anew from. Without one it stays as it was given. */
  readonly configSource?: ConfigSource | undefined
  /** Called when a configuration was read anew: taken in, or refused. */
  readonly onReload?: ((result: ReloadResult, origin: ReloadOrigin) => void) | undefined
  /** Called when another instance has taken in a configuration whose text differs from the one here: this instance stays as it is. */
  readonly onReloadElsewhere?: ((revisions: { readonly there: string; readonly here: string | undefined }) => void) | undefined
  /** Takes what changes in this process's engine, where another process keeps the events: this one is a worker. */
  readonly tellEvent?: ((event: GatewayEvent) => void) | undefined
  /** Other processes that answer requests of clients, where this one is their primary. */
  readonly workers?: Workers | undefined
  /** Keeps reports of load tests over restarts. Without one the last of them are remembered. */
  readonly loadTestStore?: LoadTestStore | undefined
  /** Keeps recordings of requests over restarts. Without one they last as long as the process. */
  readonly recordingStore?: RecordingStore | undefined
  /** Keeps the keys of `auth.jwt`'s issuer over restarts. Without one they last as long as the process. */
  readonly keySetStore?: KeySetStore | undefined
  /** Called for failures that are the gateway's own. */
  readonly onInternalError?: ((error: ProxyApiError, requestId: string) => void) | undefined
  /** Keeps the providers' lists of models over restarts. Without one they are fetched at every start. */
  readonly modelLists?: ModelListStore | undefined
  /** Called when a provider's list of models can't be read. */
  readonly onDiscoveryFailure?: ((provider: string, error: unknown) => void) | undefined
}
