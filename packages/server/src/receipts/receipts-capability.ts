import { ProxyApiError } from '@proxyapi/core'
import type { ReceiptStore } from '@proxyapi/logging/node'
import type { Context } from 'hono'
import type { Capability } from '../capability/capability.ts'
import { refuseMethod } from '../http/refuse-method.ts'
import { replyJson } from '../http/reply-json.ts'
import { fromStore, notKept } from '../http/store-answer.ts'
import { droppedReading } from '../http/store-gauge.ts'
import type { GatewayEnv } from '../request/bindings.ts'

const what = 'receipts'

/** A receipt for the key that made the call, and for admins; where there are no keys, for everybody: it listens to its own machine alone. */
async function sendReceipt(c: Context<GatewayEnv>, receipts: ReceiptStore | undefined): Promise<Response> {
  if (receipts === undefined) throw notKept(what)
  const key = c.get('key')
  const reader = key === undefined ? { role: 'admin' } : { id: key.id, role: key.role }
  const receipt = await fromStore(what, receipts.get(c.req.param('id') ?? '', reader))
  if (receipt !== undefined) return replyJson(c, receipt)
  throw new ProxyApiError({ code: 'not_found', message: 'There is no receipt of this id for your key, or not any more.' })
}

/** Keeps receipts under the request's id, and gives them out at `GET /v1/receipts/{id}`. */
export function createReceiptsCapability(receipts: ReceiptStore | undefined): Capability {
  const addRoutes: Capability['addRoutes'] = (app) => {
    app.get('/v1/receipts/:id', (c) => sendReceipt(c, receipts))
    app.all('/v1/receipts/:id', refuseMethod('GET'))
  }
  if (receipts === undefined) return { addRoutes }
  return {
    addRoutes,
    onReceipt: receipts.add,
    readGauges: () => [droppedReading('receipts', receipts)],
    held: async (user) => ({ receipts: await receipts.count(user) }),
    erase: async (user) => ({ receipts: await receipts.erase(user) }),
    close: receipts.close,
  }
}
