import type { Engine, ProviderReport } from '@proxyapi/core'
import type { Reading } from '@proxyapi/logging'
import type { Admission } from '../admission/admission.ts'

/** What `circuit_breaker_state` shows: the more, the worse. */
const circuitLevels = { closed: 0, 'half-open': 1, open: 2, isolated: 3 } as const satisfies Readonly<
  Record<ProviderReport['circuit'], number>
>

/** The gateway's own state as gauges. */
export function readGatewayGauges(engine: Pick<Engine, 'health'>, admission: Pick<Admission, 'figures'>): readonly Reading[] {
  const { inFlight, queued } = admission.figures()
  const providers = engine.health().flatMap((report): readonly Reading[] => {
    const provider = report.name
    return [
      { name: 'circuit_breaker_state', labels: { provider }, value: circuitLevels[report.circuit] },
      { name: 'provider_available', labels: { provider }, value: report.status === 'unavailable' ? 0 : 1 },
      { name: 'http_pool_connections', labels: { provider, state: 'active' }, value: report.inFlight },
      { name: 'http_pool_connections', labels: { provider, state: 'waiting' }, value: report.waiting },
    ]
  })
  return [{ name: 'http_requests_in_flight', value: inFlight }, { name: 'http_requests_queued', value: queued }, ...providers]
}
