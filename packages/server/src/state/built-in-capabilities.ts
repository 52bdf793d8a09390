import type { ProviderReport, TargetFilter } from '@proxyapi/core'
import { createSignals } from '@proxyapi/logging'
import { createAlertingCapability } from '../alerting/alerting-capability.ts'
import { createEngineGauges } from '../alerting/engine-gauges.ts'
import { createAuditCapability } from '../audit/audit-capability.ts'
import { createCacheCapability } from '../cache/cache-capability.ts'
import type { Capability, CapabilityDeps } from '../capability/capability.ts'
import { admissionOfAll, healthOfAll } from '../capability/workers.ts'
import { modelListsCapability } from '../catalogue/model-lists-capability.ts'
import { createChaosCapability } from '../chaos/chaos-capability.ts'
import { condenseCapability } from '../condense/condense-capability.ts'
import { configurationCapability } from '../configuration/configuration-capability.ts'
import { createEventsCapability } from '../events/events-capability.ts'
import { createGuardrailsCapability } from '../guardrails/guardrails-capability.ts'
import { createJwtCapability } from '../jwt/jwt-capability.ts'
import { createKeysCapability } from '../keys/keys-capability.ts'
import type { BudgetWatch } from '../limits/budget-watch.ts'
import { createLimitsState, createRequestLimitsCapability, createSpendingCapability } from '../limits/limits-capability.ts'
import { createLoadTestCapability } from '../load-test/load-test-capability.ts'
import { createMemoryCapability } from '../memory/create-memory-capability.ts'
import { createMetricsCapability } from '../metrics/metrics-capability.ts'
import { createPrivacyCapability } from '../privacy/privacy-capability.ts'
import { createReceiptsCapability } from '../receipts/receipts-capability.ts'
import { createRecordingsCapability } from '../recordings/recordings-capability.ts'
import { createRecordingCapability } from '../requests/recording-capability.ts'
import { createRequestsCapability } from '../requests/requests-capability.ts'
import { createUsageCapability } from '../usage/usage-capability.ts'
import type { GatewayDeps } from './gateway-deps.ts'

/** The embedding program's own filter around attempts: after all others. */
function innermost(targetFilter: TargetFilter | undefined): Capability {
  return { name: 'target-filter', open: () => undefined, compile: () => (targetFilter === undefined ? {} : { targetFilter }) }
}

/** The capabilities of every gateway, with those of its embedder between them. The order is that of filters; memory comes after all that can shed, and the recorder is closed last. */
export function allCapabilities(
  given: GatewayDeps & { readonly secret: string },
  { deps, gateway, observers, workers }: CapabilityDeps,
): readonly Capability[] {
  const { secret, recorder, load, mask, createAlertChannel, onExperiment } = given
  const onAlert: GatewayDeps['onAlert'] = (entry) => {
    given.onAlert?.(entry)
    const [from, to] = entry.status === 'firing' ? ['inactive', 'firing'] : ['firing', 'resolved']
    observers.onGatewayEvent({ kind: 'alert', atMs: entry.atMs, target: entry.rule, from, to, cause: entry.severity })
  }
  const health = (): readonly ProviderReport[] => healthOfAll(gateway.engine().health(), workers)
  const engineGauge = createEngineGauges({ health, figures: () => admissionOfAll(gateway.admission(), workers), load })
  let budgets: BudgetWatch | undefined
  const readGauge: typeof engineGauge = (name, selector, windowMs) =>
    name === 'budget_used' ? budgets?.used(selector.key) : engineGauge(name, selector, windowMs)
  const limits = createLimitsState({
    ...given.limits,
    recorder,
    onWatch: (watch) => {
      budgets = watch
    },
  })
  // Alerts and experiments judge a gateway by the same signals.
  const signals = createSignals({ readGauge }, deps)
  return [
    createMetricsCapability({ mask, readGauges: given.readGauges ?? [] }),
    createAlertingCapability(signals, { mask, createAlertChannel, onAlert }),
    createChaosCapability({ signals, readGauge, onExperiment }),
    createAuditCapability(recorder),
    createUsageCapability(recorder),
    createReceiptsCapability(recorder),
    createRequestsCapability(recorder),
    createEventsCapability(recorder, given.tellEvent),
    createPrivacyCapability(secret),
    createKeysCapability(given.keyStore, secret),
    createJwtCapability(secret, given.keySetStore),
    configurationCapability,
    modelListsCapability,
    createLoadTestCapability(given.loadTestStore),
    createRecordingsCapability({ store: given.recordingStore, secret }),
    ...(given.capabilities ?? []),
    createRequestLimitsCapability(limits),
    createGuardrailsCapability(given.guardrails),
    createCacheCapability(given.cache),
    condenseCapability,
    createSpendingCapability(limits),
    createMemoryCapability(given.createMemory),
    innermost(given.targetFilter),
    ...(recorder === undefined ? [] : [createRecordingCapability(recorder)]),
  ]
}
