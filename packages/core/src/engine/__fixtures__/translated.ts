import type { Receipt } from '../../call/receipt.ts'
import { toChunks } from '../../chat/to-chunks.ts'
import { type Deps, systemDeps } from '../../deps.ts'
import { anthropicMessagesClient } from '../../dialects/anthropic-messages/index.ts'
import type { ClientChat, HeaderReader } from '../../dialects/dialect.ts'
import { openAiChatClient } from '../../dialects/openai-chat/index.ts'
import { openAiResponsesClient } from '../../dialects/openai-responses/index.ts'
import { clientContext, encodeStream } from '../../dialects/shared/__fixtures__/client-stream.ts'
import { chat } from '../../operations/chat.ts'
import type { ProviderOptions } from '../../providers/options.ts'
import { isJsonObject, type JsonObject } from '../../wire/json.ts'
import { createEngine } from '../engine.ts'

/** The three surfaces on which clients ask for chat, each with the least body that it takes. */
const surfaces = {
  chat: { client: openAiChatClient, least: { messages: [{ role: 'user', content: 'Hi' }] } },
  messages: { client: anthropicMessagesClient, least: { max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] } },
  responses: { client: openAiResponsesClient, least: { input: 'Hi' } },
} as const

export type Surface = keyof typeof surfaces
export const surfaceNames: readonly Surface[] = ['chat', 'messages', 'responses']

const options: Readonly<Record<string, Partial<ProviderOptions>>> = {
  azure_openai: { baseUrl: 'https://azure.example/openai/v1' },
  openai_compatible: { baseUrl: 'https://compatible.example/v1' },
  bedrock: { region: 'us-east-1' },
}

/** An answer that each dialect reads its own fields of. */
const ok: JsonObject = {
  ...{ id: 'x', model: 'm', type: 'message', role: 'assistant', content: [{ type: 'text', text: 'ok' }], stop_reason: 'end_turn' },
  usage: { input_tokens: 1, output_tokens: 1 },
  choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
  ...{ message: { role: 'assistant', content: 'ok' }, done: true, done_reason: 'stop', finish_reason: 'COMPLETE' },
  ...{ output: { message: { role: 'assistant', content: [{ text: 'ok' }] } }, stopReason: 'end_turn' },
  candidates: [{ content: { parts: [{ text: 'ok' }], role: 'model' }, finishReason: 'STOP', index: 0 }],
}

/** What a provider saw of a request, what the client got, and what was told of the way between. */
export interface Translated {
  readonly body: JsonObject
  readonly headers: Headers
  readonly receipt: Receipt
  /** The answer as the client gets it, whole. */
  readonly answer: JsonObject
  /** The same answer as the events of a stream. */
  readonly stream: string
}

export interface TranslateOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly answer?: JsonObject
  readonly provider?: Partial<ProviderOptions>
}

/** Sends a client's request to a model of a kind of provider (`anthropic/claude-opus-4-7`). */
export async function translated(
  surface: Surface,
  target: string,
  fields: JsonObject,
  { headers = {}, answer = ok, provider = {} }: TranslateOptions = {},
): Promise<Translated> {
  const type = target.split('/', 1)[0] ?? ''
  const seen: Request[] = []
  const fakeFetch: Deps['fetch'] = async (input, init) => {
    seen.push(new Request(input, init))
    return new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } })
  }
  const row = { name: type, type, apiKey: 'k', models: ['*'], ...options[type], ...provider }
  const engine = createEngine({ providers: [row], deps: { ...systemDeps, fetch: fakeFetch } })
  const receipts: Receipt[] = []
  const { least } = surfaces[surface]
  const client: ClientChat<unknown> = surfaces[surface].client
  const reader: HeaderReader = { header: (name) => headers[name] }
  const request = client.fromRequest({ ...least, ...fields, model: target }, reader)
  const given = await engine.run(chat, request, { onSettled: (receipt) => receipts.push(receipt) })
  await new Promise(setImmediate)
  await engine.close()
  const [sent] = seen
  const [receipt] = receipts
  const body: unknown = await sent?.json()
  if (sent === undefined || receipt === undefined || !isJsonObject(body) || given.type !== 'whole') throw new Error(`Nothing was sent to ${target}.`)
  const chunks = []
  for await (const batch of toChunks(given.response)) chunks.push(...batch.chunks)
  const context = clientContext()
  return { body, headers: sent.headers, receipt, answer: client.toResponse(given.response, context), stream: encodeStream(client, chunks, context) }
}
