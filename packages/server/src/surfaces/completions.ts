import { type ChatRequest, type ChatResponse, InvalidRequestError } from '@proxyapi/core'
import { type ClientChat, type ClientContext, openAiChatClient } from '@proxyapi/core/dialects'
import type { JsonObject } from '@proxyapi/core/wire'
import * as v from 'valibot'
import { flag, integerWithin, modelName, numberWithin, parseBody, type Surface, text } from './surface.ts'

const schema = v.looseObject({
  model: modelName,
  prompt: v.union([v.string(), v.array(v.string())]),
  stream: flag,
  stream_options: v.nullish(v.looseObject({ include_usage: flag })),
  max_tokens: integerWithin(1, 10_000_000),
  temperature: numberWithin(0, 2),
  top_p: numberWithin(0, 1),
  n: integerWithin(1, 128),
  stop: v.nullish(v.union([v.string(), v.array(v.string())])),
  user: text,
  echo: flag,
})

function promptOf(prompt: unknown): string {
  if (typeof prompt === 'string') return prompt
  if (Array.isArray(prompt) && prompt.length === 1 && typeof prompt[0] === 'string') return prompt[0]
  throw new InvalidRequestError('prompt must be one text; send several prompts as several requests.', 'prompt')
}

/** The old form has no messages: the prompt is what the user says. Everything else is spelled as in chat. */
function fromRequest(body: JsonObject): ChatRequest {
  const { prompt, echo: _echo, suffix: _suffix, best_of: _bestOf, logprobs: _logprobs, ...rest } = body
  return { ...openAiChatClient.fromRequest({ ...rest, messages: [{ role: 'user', content: promptOf(prompt) }] }) }
}

function choice(index: number, words: string, finish: string | null): JsonObject {
  return { index, text: words, logprobs: null, finish_reason: finish }
}

function toResponse(response: ChatResponse, context: ClientContext): JsonObject {
  const { usage } = response
  return {
    id: response.id,
    object: 'text_completion',
    created: response.createdAtSeconds ?? context.nowSeconds,
    model: response.model,
    choices: response.choices.map((one) => choice(one.index, one.text, one.finish.reason)),
    ...(usage !== undefined && {
      usage: { prompt_tokens: usage.inputTokens, completion_tokens: usage.outputTokens, total_tokens: usage.totalTokens },
    }),
  }
}

interface State {
  readonly context: ClientContext
  readonly head: JsonObject
}

function headOf(context: ClientContext, id: string, model: string): JsonObject {
  return { id, object: 'text_completion', created: context.nowSeconds, model }
}

function event(state: State, fields: JsonObject): string {
  return `data: ${JSON.stringify({ ...state.head, ...fields })}\n\n`
}

const client: ClientChat<State> = {
  fromRequest,
  toResponse,
  startStream: (context) => ({ context, head: headOf(context, `cmpl-${context.newId()}`, context.model) }),
  onChunk: (state, chunk) => {
    switch (chunk.type) {
      case 'start':
        return { state: { ...state, head: headOf(state.context, chunk.id, chunk.model) }, text: '' }
      case 'text-delta':
        return { state, text: event(state, { choices: [choice(chunk.choice, chunk.text, null)] }) }
      case 'finish':
        return { state, text: event(state, { choices: [choice(chunk.choice, '', chunk.finish.reason)] }) }
      case 'usage': {
        const { inputTokens, outputTokens, totalTokens } = chunk.usage
        const usage = { prompt_tokens: inputTokens, completion_tokens: outputTokens, total_tokens: totalTokens }
        return { state, text: state.context.includeUsage ? event(state, { choices: [], usage }) : '' }
      }
      default:
        return { state, text: '' }
    }
  },
  onEnd: () => openAiChatClient.endMark,
  endMark: openAiChatClient.endMark,
  toErrorBody: openAiChatClient.toErrorBody,
  toErrorEvent: (error) => `data: ${JSON.stringify(openAiChatClient.toErrorBody(error))}\n\n`,
}

const answer = v.looseObject({
  id: v.string(),
  object: v.literal('text_completion'),
  created: v.number(),
  model: v.string(),
  choices: v.array(v.looseObject({ index: v.number(), text: v.string(), finish_reason: v.nullable(v.string()) })),
})

/** OpenAI's legacy text completion, answered by chat. No provider speaks it here, so its bytes are always written anew. */
export const completions: Surface = {
  path: '/v1/completions',
  summary: "OpenAI's legacy text completion, answered by chat.",
  operation: 'text_completion',
  schema,
  answer,
  dialect: undefined,
  client,
  includeUsage: (body) => {
    const options = body['stream_options']
    return typeof options === 'object' && options !== null && 'include_usage' in options && options.include_usage === true
  },
  parse: (body) => {
    parseBody(schema, body)
    return body as Readonly<Record<string, unknown>> // looseObject has just proven it
  },
}
