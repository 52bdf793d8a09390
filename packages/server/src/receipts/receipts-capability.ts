import { ProxyApiError } from '@proxyapi/core'
import type { Recorder } from '@proxyapi/logging/node'
import * as v from 'valibot'
import { seesEverything } from '../auth/principal.ts'
import type { Capability } from '../capability/capability.ts'
import { fromStore } from '../http/store-answer.ts'
import { notKeptRoute } from '../route-table/not-kept-route.ts'
import { defineRoute, type Route } from '../route-table/route.ts'

const what = 'receipts'
const path = '/v1/receipts/{id}'

/** A receipt for the key that made the call, and for admins; where there are no keys, for everybody: it listens to its own machine alone. */
function receiptRoute(recorder: Recorder): Route {
  return defineRoute({
    method: 'GET',
    path,
    access: 'key',
    summary: 'The receipt of a call: attempts, tokens, cost.',
    answer: v.looseObject({ id: v.string() }),
    handle: async ({ principal, params: { id = '' } }) => {
      const isWhole = principal === undefined || seesEverything(principal)
      const reader = isWhole ? { role: 'admin' } : { id: principal.id, role: 'user' }
      const receipt = await fromStore(what, recorder.receipt(id, reader))
      if (receipt !== undefined) return { ...receipt, id }
      throw new ProxyApiError({ code: 'not_found', message: 'There is no receipt of this id for your key, or it has expired.' })
    },
  })
}

/** Gives receipts out at `GET /v1/receipts/{id}`. Without a recorder the route says so. */
export function createReceiptsCapability(recorder: Recorder | undefined): Capability {
  const route = recorder === undefined ? notKeptRoute({ path, what, access: 'key' }) : receiptRoute(recorder)
  return { name: 'receipts', open: () => undefined, compile: () => ({ routes: [route] }) }
}
