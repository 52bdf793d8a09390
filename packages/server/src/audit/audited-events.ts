import type { CompletedRequest } from '@proxyapi/logging'
import type { AuditEvent } from '@proxyapi/logging/node'

/** What only reads is not an action, unless it reads what is held on a person; that it was refused is recorded all the same. */
const readOnly: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])
function outcomeOf(status: number): AuditEvent['outcome'] {
  if (status < 400) return 'success'
  return status === 401 || status === 403 ? 'denied' : 'failure'
}

/** The admin action that a request was; `undefined` for everything else. Which routes are audited says the table of routes. */
export function toAdminEvent(request: CompletedRequest): AuditEvent | undefined {
  const { audit, key, method, endpoint, status, id, sourceAddress, error, subject, auditObject } = request
  if (audit === undefined || (readOnly.has(method) && status !== 403 && subject === undefined)) return undefined
  return {
    action: audit,
    actor: key && { id: key.id, name: key.name },
    object: auditObject ?? endpoint,
    outcome: outcomeOf(status),
    sourceAddress,
    subject,
    details: { status, request_id: id, ...(error !== undefined && { error: error.code }) },
  }
}

/** A refused key, with how many like it were passed over since the last that was told. */
export function toAuthFailure(request: CompletedRequest, suppressed: number): AuditEvent {
  const { method, endpoint, authFailure, sourceAddress, id } = request
  return {
    action: 'auth.failed',
    object: endpoint,
    outcome: 'denied',
    sourceAddress,
    details: { method, reason: authFailure, request_id: id, ...(suppressed > 0 && { passed_over: suppressed }) },
  }
}
