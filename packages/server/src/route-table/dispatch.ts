import { ProxyApiError } from '@proxyapi/core'
import { openAiChatClient } from '@proxyapi/core/dialects'
import { toProxyApiError } from '@proxyapi/core/serving'
import { type InFlight, shuttingDown } from '../admission/in-flight.ts'
import { type AccessRules, authorize } from '../auth/access.ts'
import type { Access } from '../auth/permissions.ts'
import { checkHost, checkOrigin, type OriginRules } from '../auth/request-origin.ts'
import { type Mask, retryAfterSeconds, statusOf, toClientError } from '../errors/client-error.ts'
import { issuesOf } from '../errors/config-refusal.ts'
import { checkBody } from '../http/check-body.ts'
import { type Exchange, type Sent, sent } from '../http/exchange.ts'
import { parseQuery } from '../http/parse-query.ts'
import { readJsonBody } from '../http/read-body.ts'
import { completeRequest, type RequestWatch, recordAction, startRequest } from '../request/complete-request.ts'
import type { Observers } from '../request/observers.ts'
import { isAmbiguousPath, isDecodable, type Rest } from './ambiguous-path.ts'
import { isOnceRecorded } from './once-recorded.ts'
import { isPreflight, sendPreflight } from './preflight.ts'
import type { RequestLimiter } from './request-limiter.ts'
import type { Route, RouteInput } from './route.ts'
import type { CompiledRoute, Match, PathEntry, RouteTable } from './route-table.ts'

export interface DispatchDeps {
  readonly table: RouteTable
  readonly access: AccessRules
  readonly origins: OriginRules
  readonly newId: () => string
  readonly mask: Mask
  readonly inFlight: Pick<InFlight, 'isDraining'>
  readonly watch: RequestWatch
  readonly observers: Pick<Observers, 'onError'>
  /** Counts requests; `undefined` lets all through. */
  readonly limiter?: RequestLimiter | undefined
  /** Called for failures that are ours. */
  readonly onInternalError: (error: ProxyApiError, requestId: string) => void
}

/** Answers a request; the promise is there only when something had to be waited for. Never fails. */
export type Dispatch = (exchange: Exchange, match?: Match) => Promise<void> | void

const requestIdForm = /^[A-Za-z0-9._-]{1,64}$/
const defaultMaxBodyBytes = 64 * 1024
const jsonHeaders = { 'content-type': 'application/json' }
const nothingGiven: RouteInput<undefined, undefined> = { query: undefined, body: undefined }

function idOf(exchange: Exchange, newId: () => string): string {
  const given = exchange.header('x-request-id')
  return given !== undefined && requestIdForm.test(given) ? given : newId()
}

function notFound(path: string): ProxyApiError {
  return new ProxyApiError({ code: 'not_found', message: `There is nothing at ${path.slice(0, 200)}.` })
}

function wrongMethod({ method, path }: Exchange, { allowed }: PathEntry): ProxyApiError {
  const message = `${method} is not supported on ${path.slice(0, 200)}; allowed: ${allowed}.`
  return new ProxyApiError({ code: 'method_not_allowed', message })
}

/** Where a last parameter that may hold slashes begins in a path. */
function restOf(path: string, match: Match | undefined): Rest | undefined {
  const pattern = match?.entry.path
  if (pattern === undefined || !pattern.endsWith('...}')) return undefined
  let start = 0
  for (let left = pattern.split('/').length - 1; left > 0; left--) start = path.indexOf('/', start) + 1
  // The id of a person is whatever somebody made it.
  return { start, isText: match?.entry.facts.subject !== undefined }
}

function checkPath(path: string, match: Match | undefined): void {
  if (isAmbiguousPath(path, restOf(path, match))) throw new ProxyApiError({ code: 'not_found', message: 'There is nothing at this path.' })
  if (!isDecodable(path))
    throw new ProxyApiError({ code: 'invalid_request', message: 'The path has a percent sign that begins no encoded character of UTF-8.' })
}

async function readInput(exchange: Exchange, { query, body }: Route): Promise<RouteInput<unknown, unknown>> {
  const parameters = query === undefined ? undefined : parseQuery(query, exchange.query())
  if (body === undefined || body.isReadByHandler === true || (body.isOptional === true && !exchange.hasBody()))
    return { query: parameters, body: undefined }
  const json = await readJsonBody(exchange, body.maxBytes ?? defaultMaxBodyBytes)
  return { query: parameters, body: checkBody(body.schema, json) }
}

/** An error's body, with what is wrong one by one where the error tells it. */
function withIssues(body: unknown, issues: readonly object[] | undefined): unknown {
  return issues === undefined ? body : { ...(body as object), issues } // the body of an error is an object in every dialect
}

/** Sends what a handler returned. */
function sendValue(exchange: Exchange, value: unknown): Sent {
  const headers = exchange.route?.headers
  return exchange.send(200, headers === undefined ? jsonHeaders : { ...jsonHeaders, ...headers }, JSON.stringify(value))
}

function refusalHeaders(exchange: Exchange, error: ProxyApiError, allow: string | undefined): Record<string, string> {
  const headers: Record<string, string> = { ...jsonHeaders }
  const retryAfter = retryAfterSeconds(error)
  const attempts = exchange.call?.attempts.length ?? 0
  if (retryAfter !== undefined) headers['retry-after'] = retryAfter
  if (allow !== undefined && error.code === 'method_not_allowed') headers['allow'] = allow
  if (error.code === 'shutting_down') headers['connection'] = 'close'
  if (attempts > 0) headers['x-proxyapi-attempts'] = String(attempts)
  return headers
}

/** What reveals or changes nothing is open to pages of any origin. */
function letThrough(exchange: Exchange, needed: Access, { access, origins }: DispatchDeps): Promise<void> | void {
  if (needed !== 'public') checkOrigin(exchange, origins)
  return authorize(exchange, needed, access)
}

/** Refuses a request once it is known to come from somebody who may hear the reason. @throws ProxyApiError */
function refuseAfter(authorizing: Promise<void> | void, toError: () => ProxyApiError): Promise<never> {
  if (authorizing === undefined) throw toError()
  return authorizing.then(() => {
    throw toError()
  })
}

/** Lets the route's handler answer. */
function handle(exchange: Exchange, { route, needsInput }: CompiledRoute, { inFlight }: DispatchDeps): unknown {
  if (route.operation !== undefined && inFlight.isDraining()) throw shuttingDown()
  if (!needsInput) return route.handle(exchange, nothingGiven)
  return readInput(exchange, route).then((input) => route.handle(exchange, input))
}

/** The same, once the request has passed the limits. */
function limited(exchange: Exchange, compiled: CompiledRoute, deps: DispatchDeps): unknown {
  const waiting = deps.limiter?.enter(exchange, compiled.route)
  return waiting === undefined ? handle(exchange, compiled, deps) : waiting.then(() => handle(exchange, compiled, deps))
}

/** Finds the route, lets the request through, and starts its handler. @throws ProxyApiError for what is refused */
function run(exchange: Exchange, match: Match | undefined, deps: DispatchDeps): unknown {
  const { table, access } = deps
  const { path } = exchange
  checkHost(exchange, deps.origins)
  // A fixed path has been found as it is written in the table.
  if (match?.entry.isFixed !== true) checkPath(path, match)
  if (match === undefined) {
    return refuseAfter(table.isGuarded(path) ? authorize(exchange, 'key', access) : undefined, () => notFound(path))
  }
  const compiled = match.entry.methods.get(exchange.method)
  if (compiled === undefined) {
    if (isPreflight(exchange)) {
      checkOrigin(exchange, deps.origins)
      if (exchange.allowedOrigin !== undefined) return sendPreflight(exchange, match.entry)
    }
    const { entry } = match
    return refuseAfter(authorize(exchange, entry.accesses, access), () => wrongMethod(exchange, entry))
  }
  const { route } = compiled
  const waiting = letThrough(exchange, typeof route.access === 'string' ? route.access : route.access.of(exchange), deps)
  if (deps.limiter === undefined)
    return waiting === undefined ? handle(exchange, compiled, deps) : waiting.then(() => handle(exchange, compiled, deps))
  return waiting === undefined ? limited(exchange, compiled, deps) : waiting.then(() => limited(exchange, compiled, deps))
}

/** Records an action, and lets what waits for that happen. */
async function record(exchange: Exchange, value: unknown, watch: DispatchDeps['watch']): Promise<unknown> {
  const waits = isOnceRecorded(value)
  await recordAction(exchange, watch, waits ? 'before' : 'after')
  if (!waits) return value
  try {
    return await value.commit()
  } catch (error) {
    // That it failed is recorded, too.
    exchange.isRecorded = false
    throw error
  }
}

/** Answers requests from the table of routes, whatever they came in by. */
export function createDispatch(deps: DispatchDeps): Dispatch {
  const { table, watch } = deps

  const refuse = (exchange: Exchange, cause: unknown, match: Match | undefined): void => {
    const error = toProxyApiError(cause)
    exchange.error = error
    deps.observers.onError(error)
    if (statusOf(error) === 500) deps.onInternalError(error, exchange.id)
    const client = toClientError(error, deps.mask, exchange.id)
    const written = (exchange.route?.toErrorBody ?? openAiChatClient.toErrorBody)(client)
    const body = JSON.stringify(withIssues(written, issuesOf(error)))
    try {
      exchange.send(client.status, refusalHeaders(exchange, error, match?.entry.allowed), body)
    } catch {
      // The answer can't be written: the connection is all that is left to end.
      exchange.outgoing?.destroy()
    }
    end(exchange)
  }

  const end = (exchange: Exchange): void => {
    const { releasePlace, releaseLimits, call } = exchange
    exchange.isAnswered = true
    // A stream may go on after its handler: then places are released when its call ends.
    if (call === undefined) {
      releasePlace?.()
      releaseLimits?.()
    } else {
      if (releasePlace !== undefined) call.hold(releasePlace)
      if (releaseLimits !== undefined) call.hold(releaseLimits)
    }
    completeRequest(exchange, watch)
  }

  const finishLater = async (exchange: Exchange, pending: unknown, match: Match | undefined): Promise<void> => {
    try {
      const result = await pending
      const value = exchange.route?.isAction === true ? await record(exchange, result, watch) : result
      if (value !== sent) sendValue(exchange, value)
    } catch (error) {
      refuse(exchange, error, match)
      return
    }
    end(exchange)
  }

  return (exchange, known) => {
    const match = known ?? table.find(exchange.path)
    exchange.route = match?.entry.methods.get(exchange.method)?.facts ?? match?.entry.facts
    if (match !== undefined) exchange.params = match.params
    exchange.id = idOf(exchange, deps.newId)
    startRequest(exchange, watch)
    try {
      const result = run(exchange, match, deps)
      if (result instanceof Promise || exchange.route?.isAction === true) return finishLater(exchange, result, match)
      if (result !== sent) sendValue(exchange, result)
    } catch (error) {
      refuse(exchange, error, match)
      return
    }
    end(exchange)
  }
}
