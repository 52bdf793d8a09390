import { ProxyApiError } from '@proxyapi/core'
import type { Recorder } from '@proxyapi/logging/node'
import type { Context } from 'hono'
import type { Capability } from '../gateway/capability.ts'
import type { GatewayEnv } from '../http/bindings.ts'
import { refuseMethod } from '../http/refuse-method.ts'
import { replyJson } from '../http/reply-json.ts'
import { fromStore, notKept } from '../http/store-answer.ts'

const what = 'receipts'

/** A receipt for the key that made the call, and for admins; where there are no keys, for everybody: it listens to its own machine alone. */
async function sendReceipt(c: Context<GatewayEnv>, recorder: Recorder | undefined): Promise<Response> {
  if (recorder === undefined) throw notKept(what)
  const key = c.get('key')
  const reader = key === undefined ? { role: 'admin' } : { id: key.id, role: key.role }
  const receipt = await fromStore(what, recorder.receipt(c.req.param('id') ?? '', reader))
  if (receipt !== undefined) return replyJson(c, receipt)
  throw new ProxyApiError({ code: 'not_found', message: 'There is no receipt of this id for your key, or not any more.' })
}

/** `GET /v1/receipts/{id}`. */
export function createReceiptsCapability(recorder: Recorder | undefined): Capability {
  const addRoutes: Capability['addRoutes'] = (app) => {
    app.get('/v1/receipts/:id', (c) => sendReceipt(c, recorder))
    app.all('/v1/receipts/:id', refuseMethod('GET'))
  }
  return { addRoutes }
}
