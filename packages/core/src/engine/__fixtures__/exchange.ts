import type { Receipt } from '../../call/receipt.ts'
import type { ChatRequest } from '../../chat/request.ts'
import type { ChatResponse } from '../../chat/response.ts'
import { type Deps, systemDeps } from '../../deps.ts'
import { chat } from '../../operations/chat.ts'
import type { ProviderOptions } from '../../providers/options.ts'
import { isJsonObject, type JsonObject } from '../../wire/json.ts'
import { createEngine } from '../engine.ts'

const options: Readonly<Record<string, Partial<ProviderOptions>>> = {
  azure_openai: { baseUrl: 'https://azure.example/openai/v1' },
  openai_compatible: { baseUrl: 'https://compatible.example/v1' },
  bedrock: { region: 'us-east-1' },
}

/** One body that every dialect but Responses reads as an answer. */
const usualAnswer: JsonObject = {
    choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
    // Cohere, Ollama and Anthropic read other fields of the same body.
    message: { role: 'assistant', content: 'ok' },
    done: true,
    done_reason: 'stop',
    finish_reason: 'COMPLETE',
    stop_reason: 'end_turn',
    content: [{ type: 'text', text: 'ok' }],
    id: 'x',
    model: 'm',
    type: 'message',
    role: 'assistant',
    usage: { input_tokens: 1, output_tokens: 1 },
    output: { message: { role: 'assistant', content: [{ text: 'ok' }] } },
    stopReason: 'end_turn',
    candidates: [{ content: { parts: [{ text: 'ok' }], role: 'model' }, finishReason: 'STOP', index: 0 }],
}

const responsesAnswer: JsonObject = {
  id: 'resp_1',
  object: 'response',
  status: 'completed',
  model: 'm',
  output: [{ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: 'ok', annotations: [] }] }],
}

/** What passed between the gateway and a provider. */
export interface Exchange {
  readonly body: JsonObject
  readonly headers: Headers
  readonly receipt: Receipt
  readonly response: ChatResponse
}

export interface ExchangeOptions {
  /** What the provider answers. */
  readonly answer?: JsonObject | undefined
  /** What its configuration says beyond its type. */
  readonly provider?: Partial<ProviderOptions> | undefined
}

/** Sends a request to a provider's model, and gives what the provider saw and what was told. */
export async function exchange(target: string, request: ChatRequest, { answer, provider = {} }: ExchangeOptions = {}): Promise<Exchange> {
  const type = target.split('/', 1)[0] ?? ''
  const seen: Request[] = []
  const fakeFetch: Deps['fetch'] = async (input, init) => {
    const sent = new Request(input, init)
    seen.push(sent)
    const usual = new URL(sent.url).pathname.endsWith('/responses') ? responsesAnswer : usualAnswer
    return new Response(JSON.stringify(answer ?? usual), { headers: { 'content-type': 'application/json' } })
  }
  const row = { name: type, type, apiKey: 'k', models: ['*'], ...options[type], ...provider }
  const engine = createEngine({ providers: [row], deps: { ...systemDeps, fetch: fakeFetch } })
  const receipts: Receipt[] = []
  const asked = Object.assign(request, { model: target })
  const given = await engine.run(chat, asked, { onSettled: (receipt) => receipts.push(receipt) }).catch(() => undefined)
  await new Promise(setImmediate)
  await engine.close()
  const [sent] = seen
  const [receipt] = receipts
  const body: unknown = await sent?.json()
  if (sent === undefined || !isJsonObject(body) || receipt === undefined || given?.type !== 'whole')
    throw new Error(`${target} was not asked: ${String(receipt?.error?.message)}`)
  return { body, headers: sent.headers, receipt, response: given.response }
}
