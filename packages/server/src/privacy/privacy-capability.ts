import { InvalidRequestError } from '@proxyapi/core'
import type { Context } from 'hono'
import type { Capability } from '../capability/capability.ts'
import { refuseMethod } from '../http/refuse-method.ts'
import { replyJson } from '../http/reply-json.ts'
import { fromStore } from '../http/store-answer.ts'
import type { GatewayEnv } from '../request/bindings.ts'

const path = '/api/privacy/users/:id'
const maxUser = 256

function userOf(c: Context<GatewayEnv>): string {
  const user = c.req.param('id') ?? ''
  if (user.length > maxUser) throw new InvalidRequestError(`The user's id has ${user.length} characters; allowed: ${maxUser}.`, 'id')
  return user
}

async function gather<T>(parts: readonly Promise<Readonly<Record<string, T>>>[]): Promise<Readonly<Record<string, T>>> {
  const answers = await Promise.all(parts.map((part) => fromStore("end users' records", part)))
  return Object.assign({}, ...answers) as Readonly<Record<string, T>> // records of T, one over the other
}

/** What the gateway holds on an end user, over all capabilities, and its erasure with a receipt. */
export function createPrivacyCapability(all: () => readonly Capability[], now: () => number): Capability {
  return {
    addRoutes: (app) => {
      app.get(path, async (c) => {
        const user = userOf(c)
        return replyJson(c, { user, held: await gather(all().flatMap((capability) => capability.held?.(user) ?? [])) })
      })
      app.delete(path, async (c) => {
        const user = userOf(c)
        const erased = await gather(all().flatMap((capability) => capability.erase?.(user) ?? []))
        return replyJson(c, { user, erased, request_id: c.get('requestId'), erased_at: new Date(now()).toISOString() })
      })
      app.all(path, refuseMethod('GET, DELETE'))
    },
  }
}
