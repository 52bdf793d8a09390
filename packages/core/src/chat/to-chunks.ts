import type { ChunkBatch } from './answer.ts'
import type { ChatChunk } from './chunk.ts'
import type { ChatResponse, Choice } from './response.ts'

function choiceChunks(choice: Choice): readonly ChatChunk[] {
  const at = choice.index
  const chunks: ChatChunk[] = choice.reasoning.map((block, index): ChatChunk => ({ type: 'reasoning-delta', choice: at, index, ...block }))
  if (choice.text !== '' || choice.logprobs !== undefined)
    chunks.push({ type: 'text-delta', choice: at, text: choice.text, logprobs: choice.logprobs })
  if (choice.refusal !== undefined) chunks.push({ type: 'refusal-delta', choice: at, text: choice.refusal })
  if (choice.annotations !== undefined && choice.annotations.length > 0)
    chunks.push({ type: 'annotations', choice: at, annotations: choice.annotations })
  choice.toolCalls.forEach((call, index) => {
    chunks.push({
      type: 'tool-call-start',
      choice: at,
      index,
      id: call.id,
      name: call.name,
      signature: call.signature,
      custom: call.custom,
    })
    chunks.push({ type: 'tool-call-delta', choice: at, index, argumentsText: call.argumentsText })
  })
  return [...chunks, { type: 'finish', choice: at, finish: choice.finish }]
}

/** A whole answer told as a stream, for clients that asked for one. */
export async function* toChunks(response: ChatResponse): AsyncGenerator<ChunkBatch> {
  const { id, model, createdAtSeconds, serviceTier, systemFingerprint } = response
  yield { chunks: [{ type: 'start', id, model, createdAtSeconds, serviceTier, systemFingerprint }] }
  yield { chunks: response.choices.flatMap(choiceChunks) }
  if (response.usage !== undefined) yield { chunks: [{ type: 'usage', usage: response.usage }] }
}
