import { countConversationInSlices, createTokenCounter } from '@proxyapi/context'
import {
  type Call,
  type ChatRequest,
  type CountTokensAnswer,
  countTokens as countTokensOperation,
  type Filter,
  type TokenCount,
} from '@proxyapi/core'
import { anthropicMessagesClient } from '@proxyapi/core/dialects'
import { compose } from '@proxyapi/core/serving'
import type { JsonObject } from '@proxyapi/core/wire'
import * as v from 'valibot'
import { nextTurn } from '../http/yield-queue.ts'
import { countTokensSchema } from './messages.ts'
import type { OperationSurface } from './operation-surface.ts'

/** Length of a slice of counting. */
const sliceMs = 5

/** Counts in slices, so that a long request holds up nobody; it ends when the client has left. */
async function count(request: ChatRequest, call: Call): Promise<CountTokensAnswer> {
  const counter = await createTokenCounter(request.model)
  const tools = (request.tools ?? []).filter((tool) => tool.type === 'function')
  const yieldNow = (): Promise<void> => nextTurn(call.principal?.id)
  await yieldNow()
  const inputTokens = await countConversationInSlices({ messages: request.messages, tools }, counter, {
    now: call.now,
    yieldNow,
    sliceMs,
    signal: call.abort.signal(),
  })
  return { type: 'whole', response: { model: request.model, inputTokens } }
}

/** Anthropic's count of tokens, made here behind the gateway's filters: it works over every provider and costs no call. */
export function countTokens(filters: readonly Filter[]): OperationSurface<typeof countTokensSchema, ChatRequest, TokenCount> {
  return {
    operation: countTokensOperation,
    path: '/v1/messages/count_tokens',
    summary: 'Counts the input tokens of an Anthropic Messages request.',
    schema: countTokensSchema,
    answer: v.object({ input_tokens: v.number() }),
    fromBody: (body) => anthropicMessagesClient.fromRequest(body as JsonObject), // parsed JSON that the schema has seen is an object
    toBody: ({ inputTokens }) => ({ input_tokens: inputTokens }),
    toErrorBody: anthropicMessagesClient.toErrorBody,
    handler: compose(filters, (request, call) => count(request, call), countTokensOperation),
  }
}
