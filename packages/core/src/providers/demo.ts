import type { Operation, TargetHandler } from '../call/operation.ts'
import type { AnyAnswer, ChatAnswer, ChunkBatch } from '../chat/answer.ts'
import type { ChatRequest } from '../chat/request.ts'
import type { ChatResponse } from '../chat/response.ts'
import type { Usage } from '../chat/usage.ts'
import type { Deps } from '../deps.ts'
import { ProviderError } from '../errors/provider-error.ts'
import { demoEmbed, demoModerate, demoRerank } from './demo-operations.ts'
import type { ProviderOptions } from './options.ts'
import type { Provider } from './provider.ts'

/*
 * A provider without an upstream: deterministic, in the process, no network. It answers a new user's first request before
 * any key exists, and stands in for a vendor in tests and examples.
 */
const chatModels = ['echo', 'lorem', 'slow'] as const
type DemoModel = (typeof chatModels)[number]

/** The models of each operation. */
const modelsByOperation: Readonly<Record<string, readonly string[]>> = {
  chat: chatModels,
  embeddings: ['embed'],
  rerank: ['rerank'],
  moderations: ['moderation'],
}
const models = Object.values(modelsByOperation)
  .flat()
  .map((id) => ({ id }))

/** Pause before each word of `demo/slow`. */
const slowWordMs = 250
/** English prose has about four characters a token. */
const charactersPerToken = 4

const lorem =
  'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo consequat.'

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part: { text?: unknown }) => (typeof part.text === 'string' ? part.text : '')).join('')
}

function promptOf(request: ChatRequest): string {
  const last = request.messages.findLast((message) => message.role === 'user')
  return last === undefined ? '' : textOf(last.content)
}

function answerOf(model: DemoModel, request: ChatRequest): string {
  if (model === 'echo') return promptOf(request) || 'You said nothing.'
  return model === 'lorem' ? lorem : 'This answer takes its time, one word after the other.'
}

function tokensOf(text: string): number {
  return Math.ceil(text.length / charactersPerToken)
}

interface DemoAnswer {
  readonly pieces: readonly string[]
  readonly length: boolean
  readonly usage: Usage
}

/** The answer in words, cut to `maxTokens` words. */
function demoAnswer(model: DemoModel, request: ChatRequest): DemoAnswer {
  const words = answerOf(model, request).match(/\s*\S+/g) ?? []
  const limit = request.maxTokens ?? Number.POSITIVE_INFINITY
  const pieces = words.slice(0, limit)
  const inputTokens = request.messages.reduce((sum, message) => sum + tokensOf(textOf(message.content)), 0)
  const outputTokens = Math.max(1, pieces.length)
  return { pieces, length: pieces.length < words.length, usage: { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens } }
}

function toResponse(model: DemoModel, answer: DemoAnswer, id: string): ChatResponse {
  const native = answer.length ? 'length' : 'stop'
  return {
    id,
    model,
    choices: [{ index: 0, text: answer.pieces.join(''), reasoning: [], toolCalls: [], finish: { reason: native, native } }],
    usage: answer.usage,
  }
}

async function* toBatches(
  model: DemoModel,
  answer: DemoAnswer,
  pace: { readonly id: string; readonly pause: () => Promise<void> },
): AsyncGenerator<ChunkBatch> {
  yield { chunks: [{ type: 'start', id: pace.id, model }] }
  for (const text of answer.pieces) {
    if (model === 'slow') await pace.pause()
    yield { chunks: [{ type: 'text-delta', choice: 0, text }] }
  }
  const reason = answer.length ? 'length' : 'stop'
  yield {
    chunks: [
      { type: 'finish', choice: 0, finish: { reason, native: reason } },
      { type: 'usage', usage: answer.usage },
    ],
  }
}

function demoChat(model: DemoModel, deps: Deps): TargetHandler<ChatRequest, ChatAnswer> {
  return async (request, _call, attempt) => {
    const answer = demoAnswer(model, request)
    const id = `demo-${deps.newId()}`
    const pause = (): Promise<void> => deps.sleep(slowWordMs, attempt.abort.signal())
    if (request.stream === true) return { type: 'stream', dialect: undefined, batches: toBatches(model, answer, { id, pause }) }
    if (model === 'slow') await deps.sleep(slowWordMs * answer.pieces.length, attempt.abort.signal())
    return { type: 'whole', response: toResponse(model, answer, id) }
  }
}

function handlerOf(operation: string, model: string, deps: Deps) {
  switch (operation) {
    case 'embeddings':
      return demoEmbed
    case 'rerank':
      return demoRerank
    case 'moderations':
      return demoModerate
    default:
      return demoChat(chatModels.find((known) => known === model) ?? 'echo', deps)
  }
}

function serve<Request, Answer extends AnyAnswer>(
  operation: Operation<Request, Answer>,
  model: string,
  { name, deps }: { readonly name: string; readonly deps: Deps },
): TargetHandler<Request, Answer> | undefined {
  const known = modelsByOperation[operation.name]
  if (known === undefined) return undefined
  if (known.includes(model)) return handlerOf(operation.name, model, deps) as unknown as TargetHandler<Request, Answer> // each operation has a name of its own
  return () => {
    throw new ProviderError({
      failure: 'unknown_model',
      provider: name,
      status: 404,
      message: `The demo provider has no model "${model}" for ${operation.name}; it has ${known.join(', ')}.`,
    })
  }
}

export function createDemoProvider(options: ProviderOptions, deps: Deps): Provider {
  return {
    name: options.name,
    type: 'demo',
    models,
    useCase: options.useCase,
    priority: options.priority ?? 1,
    weight: options.weight ?? 1,
    region: options.region,
    limits: { timeouts: options.timeouts, recovery: options.recovery },
    prefill: () => 'refused',
    serve: (operation, model) => serve(operation, model, { name: options.name, deps }),
    isReachable: async () => true,
    listModels: async () => models,
  }
}
