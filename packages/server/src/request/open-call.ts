import type { AnyAnswer, Attempt, CallOptions, Engine, OpenCall, Operation } from '@proxyapi/core'
import type { CallSpan } from '@proxyapi/logging/node'
import type { InFlight } from '../admission/in-flight.ts'
import type { Exchange } from '../http/exchange.ts'
import { completeRequest, type RequestWatch } from './complete-request.ts'
import { assertAllowed } from './controls.ts'
import type { GatewayFields } from './gateway-fields.ts'
import type { Observers } from './observers.ts'

/** What opening a call needs of the gateway. */
export interface CallDeps {
  readonly engine: Engine
  readonly inFlight: InFlight
  readonly observers: Pick<Observers, 'onReceipt'>
  readonly watch: RequestWatch
}

/** What is asked: an operation, its request, and what the client says about the way of it. */
export interface CallInput<Request, Answer extends AnyAnswer> {
  readonly operation: Operation<Request, Answer>
  readonly request: Request
  /** What the body says to the gateway. */
  readonly own?: GatewayFields | undefined
}

/** Without the tracestate: other vendors' state is not for providers. */
function tracedHeaders(exchange: Exchange, span: CallSpan): CallOptions['outgoingHeaders'] {
  return (attempt: Attempt) => ({ traceparent: span.attempt(exchange.call?.attempts.indexOf(attempt) ?? 0).traceparent ?? '' })
}

/**
 * Opens a call for a request, whatever operation it is of, if its caller may use the model and the fallbacks that it names. The call is canceled when the client leaves, and counted among those under way until it has ended.
 *
 * @throws ProxyApiError `forbidden`, InvalidRequestError for controls that can't be read
 */
export function startCall<Request, Answer extends AnyAnswer>(
  exchange: Exchange,
  { operation, request, own }: CallInput<Request, Answer>,
  { engine, inFlight, observers, watch }: CallDeps,
): OpenCall<Request, Answer> {
  const { span, route, principal } = exchange
  const controls = assertAllowed(exchange, operation.modelOf(request), own)
  const { timeoutMs, user, cacheDirectives, overrides } = controls
  const tags = principal === undefined || principal.tags.length === 0 ? controls.tags : [...principal.tags, ...(controls.tags ?? [])]
  const opened = engine.open(operation, request, {
    now: exchange.now,
    timeoutMs,
    user,
    tags,
    cacheDirectives,
    overrides,
    // A request that makes several calls gives its own id to the first.
    id: exchange.call === undefined ? exchange.id : undefined,
    // A surface may name the operation otherwise than the engine does.
    operation: route?.operation === 'text_completion' ? route.operation : undefined,
    endpoint: route?.endpoint,
    traceId: span?.sampled === true ? span.traceId : undefined,
    principal,
    outgoingHeaders: span === undefined ? undefined : tracedHeaders(exchange, span),
    onSettled: (receipt) => {
      // The first call of a request is on its record; a later one stands for itself.
      const isFirst = exchange.receipt === undefined
      if (isFirst) exchange.receipt = receipt
      observers.onReceipt(receipt, isFirst ? 'request' : 'gateway')
      completeRequest(exchange, watch)
    },
  })
  exchange.call = opened.call
  const entry = inFlight.add(opened)
  const removeListener = exchange.onClientGone(opened.cancel)
  // Runs at once when the call has ended already.
  opened.call.hold(() => {
    inFlight.remove(entry)
    removeListener()
  })
  return opened
}
