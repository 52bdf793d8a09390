import { countConversation, createTokenCounter } from '@proxyapi/context'
import { anthropicMessagesClient, type ChatRequest, type JsonObject } from '@proxyapi/core'
import type { Context } from 'hono'
import type { Runtime } from '../gateway/runtime.ts'
import { readJsonBody } from '../http/read-body.ts'
import { reply } from '../http/reply.ts'
import type { GatewayEnv } from '../request/bindings.ts'
import { countTokensSchema } from '../surfaces/messages.ts'
import { parseBody } from '../surfaces/surface.ts'
import { assertAllowed } from './chat.ts'

async function count(request: ChatRequest): Promise<number> {
  const counter = await createTokenCounter(request.model)
  const tools = (request.tools ?? []).filter((tool) => tool.type === 'function')
  return countConversation(request.messages, tools, counter)
}

/** `POST /v1/messages/count_tokens`: counted here, so that it works over every provider and costs no call. */
export function countTokensRoute(runtime: Runtime): (c: Context<GatewayEnv>) => Promise<Response> {
  return async (c) => {
    const body = await readJsonBody(c, runtime.maxBodyBytes)
    parseBody(countTokensSchema, body)
    const request = anthropicMessagesClient.fromRequest(body as JsonObject) // parsed JSON that the schema has seen is an object
    assertAllowed(c, request.model)
    return reply(c, {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ input_tokens: await count(request) }),
    })
  }
}
