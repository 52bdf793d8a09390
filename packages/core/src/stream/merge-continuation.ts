import type { ChunkBatch } from '../chat/answer.ts'
import type { ChatChunk } from '../chat/chunk.ts'
import type { Usage } from '../chat/usage.ts'
import { invalidResponse } from '../errors/provider-error.ts'

/** A model that was asked to go on may repeat the last words: this much of its beginning is looked at before any goes out. */
const lookCharacters = 160
/** A shorter repetition is more likely meant. */
const minOverlap = 12

/** How much of `text` only repeats the end of `partial`. */
function overlapOf(partial: string, text: string): number {
  for (let length = Math.min(partial.length, text.length); length >= minOverlap; length--) {
    if (partial.endsWith(text.slice(0, length))) return length
  }
  return 0
}

/** Whether a text begins the answer anew instead of going on. */
function isRestart(partial: string, text: string): boolean {
  const beginning = text.trimStart().slice(0, 40)
  return beginning.length >= minOverlap && partial.trimStart().startsWith(beginning)
}

function addUsage(one: Usage | undefined, other: Usage): Usage {
  if (one === undefined) return other
  return {
    ...other,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    totalTokens: one.totalTokens + other.totalTokens,
  }
}

export interface ContinuationMerge {
  /** What the client has already got. */
  readonly partial: string
  /** Whether the model was asked in words, and may have misunderstood. */
  readonly asked: boolean
  /** What the broken answer had consumed: the client is told the sum. */
  readonly usage: Usage | undefined
}

/** White space at the seam: some models refuse a last message that ends in it, so it was cut off there and is not said twice. */
function trimAtSeam(partial: string, text: string): string {
  const trailing = partial.slice(partial.trimEnd().length)
  return trailing !== '' && text.startsWith(trailing) ? text.slice(trailing.length) : text
}

/** The first words of a continuation, once enough of them are there to judge. @throws ProviderError `invalid_response` for a restart */
function dropOverlap(held: string, { partial, asked }: ContinuationMerge): string {
  if (!asked) return trimAtSeam(partial, held)
  if (isRestart(partial, held)) throw invalidResponse('The continuation began the answer anew.')
  return held.slice(overlapOf(partial, held))
}

/** A continuation's batches as they follow what has gone out already: no second start, no repeated words, one sum of usage. */
export async function* mergeContinuation(batches: AsyncIterable<ChunkBatch>, join: ContinuationMerge): AsyncGenerator<ChunkBatch> {
  const enough = join.asked ? lookCharacters : 1
  let held: string | undefined = ''
  const adapt = (chunk: ChatChunk): readonly ChatChunk[] => {
    if (chunk.type === 'start') return []
    if (chunk.type === 'usage') return [{ type: 'usage', usage: addUsage(join.usage, chunk.usage) }]
    if (chunk.type === 'text-delta' && held !== undefined) {
      held += chunk.text
      return held.length >= enough ? release() : []
    }
    return chunk.type === 'finish' ? [...release(), chunk] : [chunk]
  }
  const release = (): readonly ChatChunk[] => {
    const text: string = held === undefined ? '' : dropOverlap(held, join)
    held = undefined
    return text === '' ? [] : [{ type: 'text-delta', choice: 0, text }]
  }
  for await (const batch of batches) {
    const chunks = batch.chunks.flatMap(adapt)
    if (chunks.length > 0) yield { chunks }
  }
}
