import type { JsonObject } from '../../wire/json.ts'

/** An answer of one vendor's own shape whose usage a test sets; `undefined` leaves it out. */
export interface ToldAnswer {
  /** A provider type that speaks it, and a model there. */
  readonly type: string
  readonly model: string
  readonly plain: (usage: unknown, beside?: JsonObject) => JsonObject
  /** Events of a stream, each already framed. `undefined` where the stream is binary. */
  readonly stream?: ((usage: unknown, beside?: JsonObject) => string) | undefined
  readonly streamType: string
  /** Usage as the vendor writes it. */
  readonly usage: (inputTokens: unknown, outputTokens: unknown) => JsonObject
}

/** 40 characters: ten tokens by our estimate. */
export const answerText = 'ten tokens of an answer, somebody pays..'

const sse = (...events: readonly unknown[]): string => events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join('')
const named = (...events: readonly JsonObject[]): string =>
  events.map((event) => `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`).join('')

const openAiHead = { id: 'c1', created: 1, model: 'gpt-4o' }
const openAiUsage = (prompt: unknown, completion: unknown): JsonObject => ({
  prompt_tokens: prompt as number,
  completion_tokens: completion as number,
  total_tokens: Number(prompt) + Number(completion),
})

const openAi: ToldAnswer = {
  type: 'openai',
  model: 'gpt-4o',
  usage: openAiUsage,
  plain: (usage, beside) => ({
    ...openAiHead,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: answerText }, finish_reason: 'stop' }],
    ...(usage !== undefined && { usage: usage as JsonObject }),
    ...beside,
  }),
  stream: (usage, beside) => {
    const chunk = { ...openAiHead, object: 'chat.completion.chunk', ...beside }
    const text = { ...chunk, choices: [{ index: 0, delta: { role: 'assistant', content: answerText }, finish_reason: null }] }
    const end = { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }
    return sse(text, end, ...(usage === undefined ? [] : [{ ...chunk, choices: [], usage }]), '[DONE]')
  },
  streamType: 'text/event-stream',
}

const anthropic: ToldAnswer = {
  type: 'anthropic',
  model: 'claude-sonnet-4-5',
  usage: (input, output) => ({ input_tokens: input as number, output_tokens: output as number }),
  plain: (usage, beside) => ({
    id: 'm1',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5',
    content: [{ type: 'text', text: answerText }],
    stop_reason: 'end_turn',
    ...(usage !== undefined && { usage: usage as JsonObject }),
    ...beside,
  }),
  stream: (usage) =>
    named(
      {
        type: 'message_start',
        message: { id: 'm1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5', content: [], ...(usage !== undefined && { usage: usage as JsonObject }) },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: answerText } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, ...(usage !== undefined && { usage: usage as JsonObject }) },
      { type: 'message_stop' },
    ),
  streamType: 'text/event-stream',
}

const geminiBody = (usage: unknown, beside?: JsonObject): JsonObject => ({
  candidates: [{ index: 0, content: { role: 'model', parts: [{ text: answerText }] }, finishReason: 'STOP', ...beside }],
  modelVersion: 'gemini-2.5-flash',
  ...(usage !== undefined && { usageMetadata: usage as JsonObject }),
})

const gemini: ToldAnswer = {
  type: 'gemini',
  model: 'gemini-2.5-flash',
  usage: (input, output) => ({ promptTokenCount: input as number, candidatesTokenCount: output as number }),
  plain: geminiBody,
  stream: (usage, beside) => sse(geminiBody(usage, beside)),
  streamType: 'text/event-stream',
}

const cohere: ToldAnswer = {
  type: 'cohere',
  model: 'command-a-03-2025',
  usage: (input, output) => ({ tokens: { input_tokens: input as number, output_tokens: output as number } }),
  plain: (usage) => ({
    id: 'x',
    finish_reason: 'COMPLETE',
    message: { role: 'assistant', content: [{ type: 'text', text: answerText }] },
    ...(usage !== undefined && { usage: usage as JsonObject }),
  }),
  stream: (usage) =>
    named(
      { type: 'message-start', id: 'x', delta: { message: { role: 'assistant', content: [] } } },
      { type: 'content-start', index: 0, delta: { message: { content: { type: 'text', text: '' } } } },
      { type: 'content-delta', index: 0, delta: { message: { content: { text: answerText } } } },
      { type: 'content-end', index: 0 },
      { type: 'message-end', delta: { finish_reason: 'COMPLETE', ...(usage !== undefined && { usage: usage as JsonObject }) } },
    ),
  streamType: 'text/event-stream',
}

const bedrock: ToldAnswer = {
  type: 'bedrock',
  model: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
  usage: (input, output) => ({ inputTokens: input as number, outputTokens: output as number }),
  plain: (usage, beside) => ({
    output: { message: { role: 'assistant', content: [{ text: answerText }] } },
    stopReason: 'end_turn',
    ...(usage !== undefined && { usage: usage as JsonObject }),
    ...beside,
  }),
  streamType: '',
}

/** Ollama writes its counts beside the answer. */
const ollamaBody = (usage: unknown): JsonObject => ({
  model: 'llama3.2',
  created_at: '2026-01-01T00:00:00Z',
  message: { role: 'assistant', content: answerText },
  done: true,
  done_reason: 'stop',
  ...(typeof usage === 'object' ? usage : {}),
})

const ollama: ToldAnswer = {
  type: 'ollama',
  model: 'llama3.2',
  usage: (input, output) => ({ prompt_eval_count: input as number, eval_count: output as number }),
  plain: ollamaBody,
  stream: (usage) => `${JSON.stringify(ollamaBody(usage))}\n`,
  streamType: 'application/x-ndjson',
}

/** Every dialect that a provider answers a chat in. */
export const toldAnswers: readonly ToldAnswer[] = [openAi, anthropic, gemini, cohere, bedrock, ollama]
