import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { type Exchange, onlyChoice } from '../wire/corpus.ts'
import { agents, type Recorded } from './agents.ts'

/** What a client read, whichever SDK it used. */
export interface Read {
  readonly text: string
  readonly tools: readonly { readonly name: string; readonly arguments: unknown }[]
  readonly reasoning: string
}

/** How a client reaches the gateway: over HTTP, or by an in-process fetch. */
export interface Door {
  readonly baseUrl: string
  readonly fetch?: typeof globalThis.fetch
}

/** What one cell of the matrix asks for. */
export interface Question {
  readonly model: string
  readonly stream: boolean
  readonly tool: string | undefined
  readonly image: boolean
  readonly schema: boolean
  readonly reasoning: boolean
}

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const schema = { type: 'object', properties: { answer: { type: 'string' } }, required: ['answer'], additionalProperties: false }
const parameters = { type: 'object', properties: { x: { type: 'string' } } }

export function questionOf(exchange: Exchange, model: string): Question {
  const expected = onlyChoice(exchange.expected)
  return {
    model,
    stream: exchange.stream,
    tool: expected?.tool_calls?.[0]?.name,
    image: exchange.id.includes('/image/'),
    schema: exchange.id.includes('/json/'),
    reasoning: exchange.id.includes('reasoning/'),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

type Client = (door: Door, question: Question) => Promise<Read>
/** The same, in the words that an agent sent. */
type RecordedClient = (door: Door, question: Question, recorded?: Recorded) => Promise<Read>

function openai({ baseUrl, fetch }: Door, recorded: Recorded | undefined): OpenAI {
  return new OpenAI({
    apiKey: 'test',
    baseURL: `${baseUrl}/v1`,
    maxRetries: 0,
    ...(recorded && { defaultHeaders: recorded.headers }),
    ...(fetch && { fetch }),
  })
}

/** A recorded list of the body with what the question adds to it; where nothing was recorded, the question's own. */
function added<Item>(recorded: Recorded | undefined, key: string, own: readonly Item[]): Item[] {
  return [...((recorded?.body[key] as Item[] | undefined) ?? []), ...own] // recorded by a client of the same API
}

async function chat(door: Door, question: Question, recorded?: Recorded): Promise<Read> {
  const { stream_options: _options, ...rest } = recorded?.body ?? {}
  const body: OpenAI.ChatCompletionCreateParamsNonStreaming = {
    ...rest,
    stream: false,
    model: question.model,
    messages: added<OpenAI.ChatCompletionMessageParam>(recorded, 'messages', [
      {
        role: 'user',
        content: question.image
          ? [
              { type: 'text', text: 'What is this?' },
              { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}` } },
            ]
          : 'Hello',
      },
    ]),
    ...(question.tool !== undefined && {
      tools: added<OpenAI.ChatCompletionTool>(recorded, 'tools', [{ type: 'function', function: { name: question.tool, parameters } }]),
    }),
    ...(question.schema && { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } } }),
    ...(question.reasoning && { reasoning_effort: 'low' }),
  }
  const client = openai(door, recorded)
  const streamed = question.stream ? client.chat.completions.stream({ ...body, stream: true }) : undefined
  // The SDK's own folding knows no reasoning: it is read from the chunks.
  let thought = ''
  streamed?.on('chunk', (chunk) => {
    thought += (chunk.choices[0]?.delta as { reasoning_content?: string } | undefined)?.reasoning_content ?? ''
  })
  const completion = streamed === undefined ? await client.chat.completions.create(body) : await streamed.finalChatCompletion()
  const message = completion.choices[0]?.message
  const calls = (message?.tool_calls ?? []).filter((call) => call.type === 'function')
  return {
    text: message?.content ?? '',
    tools: calls.map((call) => ({ name: call.function.name, arguments: parsed(call.function.arguments) })),
    reasoning: question.stream ? thought : ((message as { reasoning_content?: string } | undefined)?.reasoning_content ?? ''),
  }
}

async function responses(door: Door, question: Question, recorded?: Recorded): Promise<Read> {
  const words: OpenAI.Responses.ResponseInputItem = {
    role: 'user',
    content: question.image
      ? [
          { type: 'input_text', text: 'What is this?' },
          { type: 'input_image', image_url: `data:image/png;base64,${pixel}`, detail: 'auto' },
        ]
      : 'Hello',
  }
  const body: OpenAI.Responses.ResponseCreateParamsNonStreaming = {
    ...recorded?.body,
    stream: false,
    model: question.model,
    input: added(recorded, 'input', [words]),
    ...(question.tool !== undefined && {
      tools: added<OpenAI.Responses.Tool>(recorded, 'tools', [{ type: 'function', name: question.tool, parameters, strict: false }]),
    }),
    ...(question.schema && { text: { format: { type: 'json_schema', name: 'answer', schema, strict: true } } }),
    ...(question.reasoning && { reasoning: { effort: 'low', summary: 'auto' } }),
  }
  const client = openai(door, recorded)
  const response = question.stream
    ? await client.responses.stream({ ...body, stream: true }).finalResponse()
    : await client.responses.create(body)
  const calls = response.output.flatMap((item) => (item.type === 'function_call' ? [item] : []))
  const thoughts = response.output.flatMap((item) => (item.type === 'reasoning' ? item.summary : []))
  return {
    text: response.output_text,
    tools: calls.map((call) => ({ name: call.name, arguments: parsed(call.arguments) })),
    reasoning: thoughts.map((part) => part.text).join('\n\n'),
  }
}

async function messages({ baseUrl, fetch }: Door, question: Question, recorded?: Recorded): Promise<Read> {
  const defaultHeaders = recorded && { defaultHeaders: recorded.headers }
  const client = new Anthropic({ apiKey: 'test', baseURL: baseUrl, maxRetries: 0, ...defaultHeaders, ...(fetch && { fetch }) })
  const image = { type: 'image' as const, source: { type: 'base64' as const, media_type: 'image/png' as const, data: pixel } }
  const body: Anthropic.MessageCreateParamsNonStreaming = {
    ...recorded?.body,
    stream: false,
    model: question.model,
    max_tokens: 4096,
    messages: added<Anthropic.MessageParam>(recorded, 'messages', [
      { role: 'user', content: question.image ? [{ type: 'text', text: 'What is this?' }, image] : 'Hello' },
    ]),
    ...(question.tool !== undefined && {
      tools: added<Anthropic.Tool>(recorded, 'tools', [{ name: question.tool, input_schema: { type: 'object' as const, properties: {} } }]),
    }),
    ...(question.reasoning && { thinking: { type: 'enabled' as const, budget_tokens: 1024 } }),
  }
  const message = question.stream ? await client.messages.stream(body).finalMessage() : await client.messages.create(body)
  return {
    text: message.content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    tools: message.content.flatMap((block) => (block.type === 'tool_use' ? [{ name: block.name, arguments: block.input }] : [])),
    reasoning: message.content
      .map((block) => (block.type === 'thinking' ? block.thinking : ''))
      .filter((text) => text !== '')
      .join('\n\n'),
  }
}

/** By the path that an agent asks at, the client that reads the answers as it does. */
const byPath: Readonly<Record<string, RecordedClient>> = {
  '/v1/chat/completions': chat,
  '/v1/responses': responses,
  '/v1/messages': messages,
}

const agentClients = Object.entries(agents).map(([name, recorded]): [string, Client] => {
  const client = byPath[recorded.path.replace(/\?.*/, '')]
  if (client === undefined) throw new Error(`no client for ${recorded.path}`)
  return [name, (door, question) => client(door, question, recorded)]
})

/** The three ways clients speak, each through its vendor's own SDK, and the coding agents, each in the words that it sends. */
export const clients: Readonly<Record<string, Client>> = {
  'openai chat': (door, question) => chat(door, question),
  'openai responses': (door, question) => responses(door, question),
  'anthropic messages': (door, question) => messages(door, question),
  ...Object.fromEntries(agentClients),
}
