import { toChunks } from '../../chat/to-chunks.ts'
import { anthropicMessagesClient } from '../../dialects/anthropic-messages/index.ts'
import type { ClientChat, HeaderReader } from '../../dialects/dialect.ts'
import { openAiChatClient } from '../../dialects/openai-chat/index.ts'
import { openAiResponsesClient } from '../../dialects/openai-responses/index.ts'
import { clientContext, encodeStream } from '../../dialects/shared/__fixtures__/client-stream.ts'
import type { JsonObject } from '../../wire/json.ts'
import { type Exchange, type ExchangeOptions, exchange } from './exchange.ts'

/** The three surfaces on which clients ask for chat, each with the least body that it takes. */
const surfaces = {
  chat: { client: openAiChatClient, least: { messages: [{ role: 'user', content: 'Hi' }] } },
  messages: { client: anthropicMessagesClient, least: { max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] } },
  responses: { client: openAiResponsesClient, least: { input: 'Hi' } },
} as const

export type Surface = keyof typeof surfaces
export const surfaceNames: readonly Surface[] = ['chat', 'messages', 'responses']

/** An exchange as the client of a surface sees it. */
export interface Translated extends Exchange {
  /** The answer as the client gets it, whole. */
  readonly answer: JsonObject
  /** The same answer as the events of a stream. */
  readonly stream: string
}

export interface TranslateOptions extends ExchangeOptions {
  /** The client's headers. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends a client's request to a model of a kind of provider (`anthropic/claude-opus-4-7`), and its answer back. */
export async function translated(
  surface: Surface,
  target: string,
  fields: JsonObject,
  { headers = {}, ...options }: TranslateOptions = {},
): Promise<Translated> {
  const client: ClientChat<unknown> = surfaces[surface].client
  const reader: HeaderReader = { header: (name) => headers[name] }
  const request = client.fromRequest({ ...surfaces[surface].least, ...fields, model: target }, reader)
  const passed = await exchange(target, request, options)
  const chunks = []
  for await (const batch of toChunks(passed.response)) chunks.push(...batch.chunks)
  const context = clientContext()
  return { ...passed, answer: client.toResponse(passed.response, context), stream: encodeStream(client, chunks, context) }
}
