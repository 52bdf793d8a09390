import { type Context, Hono } from 'hono'
import { rawPathOf, WebExchange } from '../http/web-exchange.ts'
import type { Dispatch } from '../route-table/dispatch.ts'
import type { Match, RouteTable } from '../route-table/route-table.ts'

/** A path in Hono's spelling. */
function toHonoPath(path: string): string {
  return path.replaceAll(/\{([a-z_]+)\.\.\.\}/g, ':$1{.+}').replaceAll(/\{([a-z_]+)\}/g, ':$1')
}

/** The table of routes behind Hono, for web requests: Hono finds the route, the dispatcher answers. */
export function createApp(table: RouteTable, dispatch: Dispatch): Hono {
  // Paths are matched as they came in: a decoded one may mean another route to a proxy in front.
  const app = new Hono({ getPath: (request) => rawPathOf(request.url) })
  const answer = async (c: Context, match: Match | undefined): Promise<Response> => {
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
