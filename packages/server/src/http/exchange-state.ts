import type { Call, LimitStandings, ProxyApiError, Receipt } from '@proxyapi/core'
import type { CallSpan } from '@proxyapi/logging/node'
import type { AuthFailure } from '../auth/authenticate.ts'
import type { Principal } from '../auth/principal.ts'
import type { RouteFacts } from './route-facts.ts'

const notStarted = (): number => 0
const noParams: Readonly<Record<string, string>> = {}

/**
 * The fields of an exchange with their values at the start. A class, for there is one object a request: its methods lie
 * on the prototype instead of a closure each, and all instances share one shape.
 */
export abstract class ExchangeState {
  id = ''
  route: RouteFacts | undefined = undefined
  params = noParams
  principal: Principal | undefined = undefined
  authFailure: AuthFailure | undefined = undefined
  allowedOrigin: string | undefined = undefined
  now = notStarted
  startedAtMs = 0
  authorizedAtMs = 0
  admittedAtMs: number | undefined = undefined
  releasePlace: (() => void) | undefined = undefined
  releaseLimits: (() => void) | undefined = undefined
  limits: LimitStandings | undefined = undefined
  call: Call | undefined = undefined
  receipt: Receipt | undefined = undefined
  isAnswered = false
  isRecorded = false
  isCompleted = false
  auditObject: string | undefined = undefined
  error: ProxyApiError | undefined = undefined
  span: CallSpan | undefined = undefined
  status = 0
  bytes: Uint8Array | undefined = undefined
}

/** Whether a header, by its name in lower case, controls its own request. */
export function isControl(name: string): boolean {
  return name === 'cache-control' || name.startsWith('x-proxyapi-')
}

/** The parameters of a query string, each with all its values. */
export function parseQueryString(query: string): Readonly<Record<string, readonly string[]>> {
  const parameters: Record<string, string[]> = Object.create(null) as Record<string, string[]> // a record without a prototype: names are foreign
  if (query === '') return parameters
  for (const [name, value] of new URLSearchParams(query)) {
    const values = parameters[name]
    if (values === undefined) parameters[name] = [value]
    else values.push(value)
  }
  return parameters
}
