import type { Operation, TargetHandler } from '../../call/operation.ts'
import type { AnyAnswer, ChatAnswer, ChunkBatch } from '../../chat/answer.ts'
import type { ChatChunk } from '../../chat/chunk.ts'
import { fromChunks } from '../../chat/from-chunks.ts'
import type { ChatRequest } from '../../chat/request.ts'
import type { Deps } from '../../deps.ts'
import { foreignExtras } from '../../dialects/shared/extras.ts'
import { ProviderError } from '../../errors/provider-error.ts'
import type { ProviderOptions } from '../options.ts'
import type { Provider } from '../provider.ts'
import { demoChunks } from './demo-chunks.ts'
import { demoDraft } from './demo-draft.ts'
import { type DemoModel, demoModels } from './demo-model.ts'
import { demoEmbed, demoModerate, demoRerank } from './demo-operations.ts'

/*
 * A provider without an upstream: deterministic, in the process, no network. It answers a new user's first request before
 * any key exists, and stands in for a vendor in tests and examples: it calls tools, fills schemas and stops where it is told.
 */

/** The models of each operation. */
const modelsByOperation: Readonly<Record<string, readonly string[]>> = {
  chat: demoModels,
  embeddings: ['embed'],
  rerank: ['rerank'],
  moderations: ['moderation'],
}
const models = Object.values(modelsByOperation)
  .flat()
  .map((id) => ({ id }))

/** Pause before each token of `demo/slow`. */
const slowTokenMs = 250

function isToken({ type }: ChatChunk): boolean {
  return type !== 'start' && type !== 'finish' && type !== 'usage'
}

async function* toBatches(chunks: readonly ChatChunk[], pause: (() => Promise<void>) | undefined): AsyncGenerator<ChunkBatch> {
  for (const chunk of chunks) {
    if (pause !== undefined && isToken(chunk)) await pause()
    yield { chunks: [chunk] }
  }
}

/** A whole answer is its stream told whole, so that both say the same. */
function toWhole(chunks: readonly ChatChunk[], provider: string): ChatAnswer {
  const response = fromChunks(chunks)
  if (response === undefined)
    throw new ProviderError({ failure: 'invalid_response', provider, message: 'The answer of the demo is not whole.' })
  return { type: 'whole', response }
}

/** A choice of a tool that the request does not have is refused, as by any vendor. */
function assertChoice({ tools = [], toolChoice }: ChatRequest, provider: string): void {
  if (typeof toolChoice !== 'object' || tools.some((tool) => tool.type === 'function' && tool.name === toolChoice.name)) return
  const message = `tool_choice names "${toolChoice.name.slice(0, 64)}", which is none of the tools.`
  throw new ProviderError({ failure: 'invalid_request', provider, status: 400, param: 'tool_choice', message })
}

function demoChat(model: DemoModel, provider: string, deps: Deps): TargetHandler<ChatRequest, ChatAnswer> {
  return async (request, call, attempt) => {
    assertChoice(request, provider)
    for (const name of foreignExtras(request, 'demo')) call.dropped.add(name)
    const start: ChatChunk = { type: 'start', id: `demo-${deps.newId()}`, model }
    const chunks = [start, ...demoChunks(demoDraft(model, request), request)]
    const pause = (tokens = 1): Promise<void> => deps.sleep(slowTokenMs * tokens, attempt.abort.signal())
    const isSlow = model === 'slow'
    if (request.stream === true) return { type: 'stream', dialect: undefined, batches: toBatches(chunks, isSlow ? pause : undefined) }
    if (isSlow) await pause(chunks.filter(isToken).length)
    return toWhole(chunks, provider)
  }
}

/** The provider by its configured name, and its outside world. */
interface Named {
  readonly name: string
  readonly deps: Deps
}

function handlerOf(operation: string, model: string, { name, deps }: Named) {
  switch (operation) {
    case 'embeddings':
      return demoEmbed
    case 'rerank':
      return demoRerank
    case 'moderations':
      return demoModerate
    default:
      return demoChat(demoModels.find((known) => known === model) ?? 'echo', name, deps)
  }
}

function serve<Request, Answer extends AnyAnswer>(
  operation: Operation<Request, Answer>,
  model: string,
  named: Named,
): TargetHandler<Request, Answer> | undefined {
  const known = modelsByOperation[operation.name]
  if (known === undefined) return undefined
  if (known.includes(model)) return handlerOf(operation.name, model, named) as unknown as TargetHandler<Request, Answer> // each operation has a name of its own
  return () => {
    throw new ProviderError({
      failure: 'unknown_model',
      provider: named.name,
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
