import type { ProviderReport } from '@proxyapi/core'
import type { Principal } from '../auth/principal.ts'
import { type VisibleModels, visibleModelsOf } from '../auth/visible-models.ts'

const severity: Readonly<Record<ProviderReport['circuit'], number>> = { closed: 0, 'half-open': 1, open: 2, isolated: 3 }

/** A provider as far as its shown models tell of it: what others ask of it is not in the sums. */
function visibleReport(report: ProviderReport, visible: VisibleModels): ProviderReport {
  if (visible.hasWhole(report.name)) return report
  const targets = report.targets.filter(({ model }) => visible.hasModel(report.name, model))
  const isOut = targets.length > 0 && targets.every(({ circuit }) => circuit === 'open' || circuit === 'isolated')
  const isImpaired = targets.some(({ circuit, cooldownMs }) => circuit !== 'closed' || cooldownMs > 0)
  return {
    ...report,
    status: isOut ? 'unavailable' : isImpaired ? 'degraded' : 'healthy',
    circuit: targets.reduce<ProviderReport['circuit']>(
      (worst, { circuit }) => (severity[circuit] > severity[worst] ? circuit : worst),
      'closed',
    ),
    inFlight: targets.reduce((sum, { inFlight }) => sum + inFlight, 0),
    waiting: 0,
    targets,
  }
}

/** How the providers stand that a key may use, by the models that it may use. */
export function visibleReports(reports: readonly ProviderReport[], principal: Principal | undefined): readonly ProviderReport[] {
  const visible = visibleModelsOf(principal)
  if (visible === undefined) return reports
  return reports.filter(({ name }) => visible.hasProvider(name)).map((report) => visibleReport(report, visible))
}
