import { type ClientError, isProxyApiError, openAiChatClient, ProxyApiError } from '@proxyapi/core'
import type { Context, MiddlewareHandler } from 'hono'
import { Hono } from 'hono'
import { authenticate } from '../auth/authenticate.ts'
import { requireAdmin } from '../auth/require-admin.ts'
import { addCatalogue } from '../catalogue/add-catalogue.ts'
import type { GatewayEnv } from '../http/bindings.ts'
import { retryAfterSeconds, toClientError } from '../http/client-error.ts'
import { refuseMethod } from '../http/refuse-method.ts'
import { reply } from '../http/reply.ts'
import { watchRequests } from '../observation/watch-requests.ts'
import { chatRoute } from '../routes/chat.ts'
import { countTokensRoute } from '../routes/count-tokens.ts'
import { embeddingsRoute } from '../routes/embeddings.ts'
import { addHealth } from '../routes/health.ts'
import { listModelsRoute, oneModelRoute } from '../routes/models.ts'
import type { Surface } from '../surfaces/surface.ts'
import { surfaces } from '../surfaces/surfaces.ts'
import { shuttingDown } from './in-flight.ts'
import type { Runtime } from './runtime.ts'

const requestIdForm = /^[A-Za-z0-9._-]{1,64}$/
/** Paths that mean another path than they say: refused before anybody decides who may have them. */
const crooked = /%2f|%5c|%00|\\|\/\/|;|\/\.{1,2}(\/|$)/i
/** The one place for an encoded slash: clients encode a model's id, and ids are `provider/model`. */
const encodedId = /^\/(v1\/models|api\/models\/[A-Za-z0-9._-]+)\/[A-Za-z0-9._:@-]+(%2f[A-Za-z0-9._:@-]+)+$/i

function isCrooked(path: string): boolean {
  return crooked.test(path) && !encodedId.test(path)
}

/** The raw path of a URL, without parsing what a URL parser would mend. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  const query = url.indexOf('?', start)
  return start === -1 ? '/' : query === -1 ? url.slice(start) : url.slice(start, query)
}

function toErrorBody(path: string, error: ClientError): unknown {
  const surface = surfaces.find((candidate) => path.startsWith(candidate.path))
  return (surface?.client ?? openAiChatClient).toErrorBody(error)
}

function sendError(c: Context<GatewayEnv>, error: ProxyApiError, runtime: Runtime): Response {
  const requestId = c.get('requestId')
  for (const capability of runtime.capabilities) capability.onRefusal?.(error)
  const client = toClientError(error, runtime.mask, requestId)
  if (client.status === 500) runtime.onInternalError(error, requestId)
  const retryAfter = retryAfterSeconds(error)
  const call = c.get('call')
  return reply(c, {
    status: client.status,
    headers: {
      'content-type': 'application/json',
      ...(retryAfter !== undefined && { 'retry-after': retryAfter }),
      ...(error.code === 'shutting_down' && { connection: 'close' }),
      ...(call !== undefined && call.attempts.length > 0 && { 'x-proxyapi-attempts': String(call.attempts.length) }),
    },
    body: JSON.stringify(toErrorBody(c.req.path, client)),
  })
}

function known(error: unknown): ProxyApiError {
  return isProxyApiError(error)
    ? error
    : new ProxyApiError({ code: 'internal_error', message: 'The gateway failed to handle the request.', cause: error })
}

function addChat(app: Hono<GatewayEnv>, surface: Surface, runtime: Runtime): void {
  app.post(surface.path, chatRoute(surface, runtime))
  app.all(surface.path, refuseMethod('POST'))
}

/** Paths of the admin plane: what changes or reveals state. */
const adminPaths = [
  '/api/cache',
  '/api/config',
  '/api/chaos',
  '/api/load-test',
  '/api/alerts',
  '/api/audit',
  '/api/privacy',
  '/api/analytics',
  '/api/requests',
  '/debug',
]

/** Who may have which path. Decided here and nowhere else. */
function addAccess(app: Hono<GatewayEnv>, runtime: Runtime): void {
  const withKey = authenticate(runtime.keys, runtime.deps.now)
  const toObserve: MiddlewareHandler<GatewayEnv> = runtime.metricsPublic ? (_c, next) => next() : withKey
  addHealth(app, runtime, toObserve)
  for (const path of ['/v1/*', '/api/*', '/debug/*']) app.use(path, withKey)
  for (const path of ['/metrics', '/metrics/*']) app.use(path, toObserve)
  for (const path of adminPaths) app.use(`${path}/*`, requireAdmin())
  app.use('/v1/*', (_c, next) => {
    if (runtime.inFlight.isDraining()) throw shuttingDown()
    return next()
  })
}

/** The Hono app of a gateway: what every request passes, then the routes. */
export function createApp(runtime: Runtime): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>()
  app.use(watchRequests(runtime.watch))
  app.use((c, next) => {
    const given = c.req.header('x-request-id')
    c.set('requestId', given !== undefined && requestIdForm.test(given) ? given : runtime.deps.newId())
    c.set('startedAtMs', runtime.deps.now())
    if (isCrooked(pathOf(c.req.url))) throw new ProxyApiError({ code: 'not_found', message: 'There is nothing at this path.' })
    return next()
  })
  addAccess(app, runtime)
  app.post('/v1/messages/count_tokens', countTokensRoute(runtime))
  app.all('/v1/messages/count_tokens', refuseMethod('POST'))
  for (const surface of surfaces) addChat(app, surface, runtime)
  app.post('/v1/embeddings', embeddingsRoute(runtime))
  app.all('/v1/embeddings', refuseMethod('POST'))
  app.get('/v1/models', listModelsRoute(runtime))
  app.all('/v1/models', refuseMethod('GET'))
  app.get('/v1/models/*', oneModelRoute(runtime))
  app.all('/v1/models/*', refuseMethod('GET'))
  addCatalogue(app, runtime)
  for (const capability of runtime.capabilities) capability.addRoutes?.(app)
  app.notFound((c) => {
    throw new ProxyApiError({ code: 'not_found', message: `There is nothing at ${c.req.path.slice(0, 200)}.` })
  })
  app.onError((error, c) => sendError(c, known(error), runtime))
  return app
}
