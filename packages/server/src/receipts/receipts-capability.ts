import { ProxyApiError } from '@proxyapi/core'
import type { ReceiptStore } from '@proxyapi/logging/node'
import * as v from 'valibot'
import type { Capability, Feature } from '../capability/capability.ts'
import { fromStore } from '../http/store-answer.ts'
import { droppedReading } from '../http/store-gauge.ts'
import { notKeptRoute } from '../route-table/not-kept-route.ts'
import { defineRoute, type Route } from '../route-table/route.ts'

const what = 'receipts'
const path = '/v1/receipts/{id}'

/** A receipt for the key that made the call, and for admins; where there are no keys, for everybody: it listens to its own machine alone. */
function receiptRoute(receipts: ReceiptStore): Route {
  return defineRoute({
    method: 'GET',
    path,
    access: 'user',
    summary: 'The receipt of a call: attempts, tokens, cost.',
    answer: v.looseObject({ id: v.string() }),
    handle: async ({ key, params: { id = '' } }) => {
      const reader = key === undefined ? { role: 'admin' } : { id: key.id, role: key.role }
      const receipt = await fromStore(what, receipts.get(id, reader))
      if (receipt !== undefined) return { ...receipt, id }
      throw new ProxyApiError({ code: 'not_found', message: 'There is no receipt of this id for your key, or it has expired.' })
    },
  })
}

function receiptsFeature(receipts: ReceiptStore | undefined): Feature {
  if (receipts === undefined) return { routes: [notKeptRoute({ path, what, access: 'user' })] }
  return {
    routes: [receiptRoute(receipts)],
    onReceipt: receipts.add,
    readGauges: () => [droppedReading('receipts', receipts)],
    exportUserData: async (user) => ({ receipts: await receipts.count(user) }),
    eraseUserData: async (user) => ({ receipts: await receipts.erase(user) }),
    close: receipts.close,
  }
}

/** Keeps receipts under the request's id, and gives them out at `GET /v1/receipts/{id}`. */
export function createReceiptsCapability(receipts: ReceiptStore | undefined): Capability<ReceiptStore | undefined> {
  return { name: 'receipts', open: () => receipts, compile: (_config, store) => receiptsFeature(store) }
}
