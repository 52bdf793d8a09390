import { type CompletedRequest, type Logger, toRequestLogLine } from '@proxyapi/logging'

/** Requests that watchers make all day long: told at DEBUG when all is well. */
const quiet = /^\/(health|metrics)(\/|$)/

function toLine(request: CompletedRequest): Readonly<Record<string, unknown>> {
  const { call, method, endpoint, status, traceId } = request
  if (call !== undefined) return toRequestLogLine(call, { method, endpoint, status, traceId })
  return {
    request_id: request.id,
    key: request.key?.name,
    ...{ method, endpoint, status },
    // A path that is none of ours is cut: whoever tries paths should not fill the log.
    path: endpoint === 'other' ? request.path.slice(0, 200) : undefined,
    error_code: request.error?.code,
    latency_ms: request.endedAtMs - request.startedAtMs,
    trace_id: traceId,
  }
}

/** One line a request, also for one that never became a call. Its level is its status's: what failed here or upstream stands out. */
export function logRequest(logger: Logger, request: CompletedRequest): void {
  const { status, call } = request
  const line = toLine(request)
  const brokeOff = status < 400 && call?.outcome === 'error'
  if (status >= 500 || brokeOff) logger.error('Request failed', line)
  else if (status === 499) logger.info('Client left', line)
  else if (status >= 400) logger.warning('Request refused', line)
  else if (quiet.test(request.endpoint)) logger.debug('Request processed', line)
  else logger.info('Request processed', line)
}
