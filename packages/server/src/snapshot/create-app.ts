import { type Context, Hono } from 'hono'
import type { Exchange } from '../http/exchange.ts'
import { rawPathOf, WebExchange } from '../http/web-exchange.ts'
import type { Dispatch } from '../route-table/dispatch.ts'
import type { Match, RouteTable } from '../route-table/route-table.ts'

/** A path in Hono's spelling. */
function toHonoPath(path: string): string {
  return path.replaceAll(/\{([a-z_]+)\.\.\.\}/g, ':$1{.+}').replaceAll(/\{([a-z_]+)\}/g, ':$1')
}

/** The socket behind a web request, where there is one: the answer is written to it, and Hono's server is told so by `alreadySent`. */
export interface SocketBindings {
  readonly exchange: Exchange
  readonly alreadySent: Response
}

/** What a request brings besides itself. */
export interface AppBindings {
  readonly socket?: SocketBindings | undefined
}

export type App = Hono<{ Bindings: AppBindings }>
type AppContext = Context<{ Bindings: AppBindings }>

/** The table of routes behind Hono: Hono finds the route, the dispatcher answers. */
export function createApp(table: RouteTable, dispatch: Dispatch): App {
  const app: App = new Hono({
    // Paths are matched as they came in: a decoded one may mean another route to a proxy in front.
    getPath: (request, options) => options?.env?.socket?.exchange.path ?? rawPathOf(request.url),
  })
  const answer = async (c: AppContext, match: Match | undefined): Promise<Response> => {
    const { socket } = c.env
    if (socket !== undefined) {
      await dispatch(socket.exchange, match)
      return socket.alreadySent
    }
    const exchange = new WebExchange(c.req.raw)
    await dispatch(exchange, match)
    return exchange.answered()
  }
  // The first handler that is registered wins, so fixed paths stand before those with parameters.
  const entries = [...table.entries].sort((a, b) => a.parameters.length - b.parameters.length)
  for (const entry of entries) app.all(toHonoPath(entry.path), (c) => answer(c, { entry, params: c.req.param() }))
  app.notFound((c) => answer(c, undefined))
  return app
}
