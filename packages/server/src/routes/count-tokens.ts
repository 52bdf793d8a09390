import { countConversation, createTokenCounter } from '@proxyapi/context'
import type { ChatRequest } from '@proxyapi/core'
import { anthropicMessagesClient } from '@proxyapi/core/dialects'
import type { JsonObject } from '@proxyapi/core/wire'
import * as v from 'valibot'
import { readJsonBody } from '../http/read-body.ts'
import { assertAllowed } from '../request/controls.ts'
import { defineRoute, type Route } from '../route-table/route.ts'
import { countTokensSchema } from '../surfaces/messages.ts'
import { parseBody } from '../surfaces/surface.ts'

async function count(request: ChatRequest): Promise<number> {
  const counter = await createTokenCounter(request.model)
  const tools = (request.tools ?? []).filter((tool) => tool.type === 'function')
  return countConversation(request.messages, tools, counter)
}

/** `POST /v1/messages/count_tokens`: counted here, so that it works over every provider and costs no call. */
export function countTokensRoute(maxBodyBytes: number): Route {
  return defineRoute({
    method: 'POST',
    path: '/v1/messages/count_tokens',
    access: 'user',
    operation: 'count_tokens',
    summary: 'Counts the input tokens of an Anthropic Messages request.',
    body: { schema: countTokensSchema, isReadByHandler: true },
    answer: v.object({ input_tokens: v.number() }),
    toErrorBody: anthropicMessagesClient.toErrorBody,
    handle: async (exchange) => {
      const body = await readJsonBody(exchange, maxBodyBytes)
      parseBody(countTokensSchema, body)
      const request = anthropicMessagesClient.fromRequest(body as JsonObject) // parsed JSON that the schema has seen is an object
      assertAllowed(exchange, request.model)
      return { input_tokens: await count(request) }
    },
  })
}
