import { countConversation, createTokenCounter } from '@proxyapi/context'
import { type ChatRequest, type CountTokensAnswer, countTokens as countTokensOperation, type Filter, type TokenCount } from '@proxyapi/core'
import { anthropicMessagesClient } from '@proxyapi/core/dialects'
import { compose } from '@proxyapi/core/serving'
import type { JsonObject } from '@proxyapi/core/wire'
import * as v from 'valibot'
import { countTokensSchema } from './messages.ts'
import type { OperationSurface } from './operation-surface.ts'

async function count(request: ChatRequest): Promise<CountTokensAnswer> {
  const counter = await createTokenCounter(request.model)
  const tools = (request.tools ?? []).filter((tool) => tool.type === 'function')
  return { type: 'whole', response: { model: request.model, inputTokens: countConversation(request.messages, tools, counter) } }
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
    handler: compose(filters, count, countTokensOperation),
  }
}
