import { randomBytes } from 'node:crypto'
import { type EngineEvent, systemDeps } from '@proxyapi/core'
import type { ShedReason } from '@proxyapi/core/serving'
import { createEngineState, type EngineState } from '@proxyapi/core/serving'
import type { CompletedRequest } from '@proxyapi/logging'
import { type Admission, createAdmission } from '../admission/admission.ts'
import { createInFlight, type InFlight } from '../admission/in-flight.ts'
import { createAnnouncer } from '../announcements/announcer.ts'
import { createFailureThrottle, type FailureThrottle } from '../auth/failure-throttle.ts'
import type { Capability, CapabilityDeps, CompileContext, Feature } from '../capability/capability.ts'
import type { GatewayConfig } from '../config/config-schema.ts'
import { toEngineOptions } from '../config/to-engine-options.ts'
import { allCapabilities } from './built-in-capabilities.ts'
import { createObservers } from './create-observers.ts'
import { type Current, type PresentSnapshot, toCurrentGateway } from './current.ts'
import type { GatewayDeps } from './gateway-deps.ts'

/** What a configuration makes of the capabilities, and what is to be done when it becomes the present one. */
export interface CompiledFeatures {
  readonly features: readonly Feature[]
  readonly onSwap: readonly (() => void)[]
}

/** What lives as long as the process: whatever configurations come and go. */
export interface GatewayState<Snapshot extends PresentSnapshot = PresentSnapshot> {
  readonly given: GatewayDeps
  readonly context: CapabilityDeps
  /** Connections, circuits, slots and budgets. */
  readonly engine: EngineState
  readonly inFlight: InFlight
  readonly admission: Admission
  /** Makes the ids of keys. */
  readonly secret: string
  /** Bounds wrong credentials by address. */
  readonly failureThrottle: FailureThrottle
  /** Unix milliseconds. */
  readonly startedAtMs: number
  /** How long the process runs. */
  readonly uptimeMs: () => number
  readonly current: Current<Snapshot>
  /** Passes on what happens to the features of the present snapshot. */
  readonly listen: (features: readonly Feature[]) => void
  /** Passes on a request that a worker has answered. */
  readonly onWorkerRequest: (request: CompletedRequest) => void
  /** What a configuration makes of each capability, each over its own state. */
  readonly compileFeatures: (config: GatewayConfig) => CompiledFeatures
  /** Whether what runs by itself runs. */
  isStarted: boolean
  /** Frees what the capabilities have opened, in their order: the recorder comes last. */
  readonly closeCapabilities: () => Promise<void>
}

interface OpenedCapability {
  readonly compile: (config: GatewayConfig, context: CompileContext) => Feature
  readonly close: () => Promise<void>
}

function openCapability(capability: Capability, context: CapabilityDeps): OpenedCapability {
  const state = capability.open(context)
  return {
    compile: (config, compileContext) => capability.compile(config, state, compileContext),
    close: async () => capability.close?.(state),
  }
}

/** Frees what a compilation that came to nothing has made; what the present snapshot has stays. */
export async function discardFeatures(features: readonly Feature[], present: readonly Feature[] = []): Promise<void> {
  for (const feature of features) if (!present.includes(feature)) await feature.close?.()
}

function openCapabilities(
  given: GatewayDeps & { readonly secret: string },
  context: CapabilityDeps,
  current: Current,
): Pick<GatewayState, 'compileFeatures' | 'closeCapabilities'> {
  const opened = allCapabilities(given, context).map((capability) => openCapability(capability, context))
  return {
    compileFeatures: (config) => {
      const features: Feature[] = []
      const onSwap: (() => void)[] = []
      try {
        for (const { compile } of opened)
          features.push(compile(config, { ...context, earlier: [...features], onSwap: (callback) => void onSwap.push(callback) }))
      } catch (error) {
        void discardFeatures(features, current.snapshot?.features).catch((cause: unknown) => context.observers.onFailure(cause, ''))
        throw error
      }
      return { features, onSwap }
    },
    closeCapabilities: async () => {
      await context.announcer.close()
      for (const { close } of opened) await close()
    },
  }
}

/** Opens what lives as long as the process. Starts nothing. */
export function openState<Snapshot extends PresentSnapshot>(config: GatewayConfig, given: GatewayDeps): GatewayState<Snapshot> {
  const deps = given.deps ?? systemDeps
  const startedMonotonicMs = deps.monotonicNow()
  const secret = given.secret ?? randomBytes(32).toString('hex')
  const current: Current<Snapshot> = { snapshot: undefined }
  const observers = createObservers(given)
  const onShed = (reason: ShedReason, tenant: string): void => {
    const event: EngineEvent = { type: 'shed', reason, tenant, atMs: deps.now() }
    observers.onEvent(event)
  }
  const { max_in_flight: maxInFlight, max_queue: maxQueue } = config.server
  const admission = createAdmission({ maxInFlight, maxQueue, load: given.load, onShed }, deps)
  const inFlight = createInFlight(deps.setTimer)
  const gateway = toCurrentGateway(current, { admission, inFlight })
  const announcer = given.announcer ?? createAnnouncer()
  const mask = given.mask ?? ((text: string) => text)
  const { transport, workers } = given
  const context: CapabilityDeps = { deps, transport, mask, observers, gateway, announcer, workers }
  return {
    given,
    context,
    engine: createEngineState({ routing: toEngineOptions(config).routing, transport: given.transport, modelLists: given.modelLists }, deps),
    inFlight,
    admission,
    secret,
    failureThrottle: createFailureThrottle(),
    startedAtMs: deps.now(),
    uptimeMs: () => deps.monotonicNow() - startedMonotonicMs,
    current,
    listen: observers.listen,
    onWorkerRequest: observers.onWorkerRequest,
    isStarted: false,
    ...openCapabilities({ ...given, secret }, context, current),
  }
}
