import type { Context } from 'hono'
import type { GatewayEnv } from '../request/bindings.ts'
import { reply } from './reply.ts'

/** Sends a value as JSON. */
export function replyJson(c: Context<GatewayEnv>, value: unknown, status = 200): Response {
  return reply(c, { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) })
}
