import type { CompletedRequest } from '../record/completed-request.ts'
import { type CounterCell, type HistogramCell, observe, observeTraced } from './cells.ts'
import { httpMethods } from './endpoints.table.ts'
import { createLabelLimit, otherValue } from './label-limit.ts'
import type { Registry } from './registry.ts'

interface RouteCells {
  readonly duration: HistogramCell
  readonly byStatus: Map<number, CounterCell>
}

/** More than any gateway has routes. */
const maxEndpoints = 200

function toStatusLabel(status: number): string {
  return Number.isInteger(status) && status >= 100 && status <= 599 ? String(status) : otherValue
}

/** Counts HTTP requests. Methods, endpoints and statuses are closed sets; what is none of them is `other`. */
export function createHttpRecorder(registry: Registry, endpoints: readonly string[] | 'trusted' = []): (request: CompletedRequest) => void {
  const methods = createLabelLimit({ known: httpMethods, max: 0 })
  const known = endpoints === 'trusted' ? createLabelLimit({ max: maxEndpoints }) : createLabelLimit({ known: endpoints, max: 0 })
  const kept = new Map<string, Map<string, RouteCells>>()

  const routeOf = (method: string, endpoint: string): RouteCells => {
    const ofMethod = kept.get(method) ?? new Map<string, RouteCells>()
    kept.set(method, ofMethod)
    const duration = registry.histogram('http_request_duration_seconds', [method, endpoint])
    const cells = ofMethod.get(endpoint) ?? { duration, byStatus: new Map<number, CounterCell>() }
    ofMethod.set(endpoint, cells)
    return cells
  }
  const count = ({ duration, byStatus }: RouteCells, status: number): void => {
    const found = byStatus.get(status)
    const cell = found ?? registry.counter('http_requests_total', [...duration.labels, toStatusLabel(status)])
    if (found === undefined && cell.labels.at(-1) !== otherValue) byStatus.set(status, cell)
    cell.value++
  }
  return ({ method, endpoint, status, startedAtMs, endedAtMs, traceId }) => {
    const seconds = Math.max(0, endedAtMs - startedAtMs) / 1_000
    const cells = kept.get(method)?.get(endpoint) ?? routeOf(methods.find(method), known.admit(endpoint))
    count(cells, status)
    if (traceId === undefined) observe(cells.duration, seconds)
    else observeTraced(cells.duration, { traceId, value: seconds, atMs: endedAtMs })
  }
}
