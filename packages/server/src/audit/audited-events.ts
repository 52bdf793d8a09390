import type { CompletedRequest } from '@proxyapi/logging'
import type { AuditEvent } from '@proxyapi/logging/node'

/** What only reads is no action; what it was refused is told all the same. */
const readOnly: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])
const adminPath = /^\/(api|debug)\//
/** These are posted to, and change nothing. */
const harmless: ReadonlySet<string> = new Set(['/api/condense'])

function outcomeOf(status: number): AuditEvent['outcome'] {
  if (status < 400) return 'success'
  return status === 401 || status === 403 ? 'denied' : 'failure'
}

function isAdminAction({ method, path, endpoint, status }: CompletedRequest): boolean {
  if (!adminPath.test(path) || harmless.has(endpoint)) return false
  return status === 403 || !readOnly.has(method)
}

/** What an end user is called stands in the path of the privacy routes: it goes where it becomes a pseudonym. */
function subjectOf({ endpoint, path }: CompletedRequest): string | undefined {
  if (endpoint !== '/api/privacy/users/{id}') return undefined
  const name = path.slice(path.lastIndexOf('/users/') + '/users/'.length)
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/** The admin action that a request was; `undefined` for everything else. */
export function toAdminEvent(request: CompletedRequest): AuditEvent | undefined {
  if (!isAdminAction(request)) return undefined
  const { key, method, endpoint, status, id, sourceAddress, error } = request
  return {
    action: `${method} ${endpoint}`,
    actor: key && { id: key.id, name: key.name },
    object: endpoint,
    outcome: outcomeOf(status),
    sourceAddress,
    subject: subjectOf(request),
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
