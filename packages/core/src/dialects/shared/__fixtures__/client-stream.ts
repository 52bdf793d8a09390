import fc from 'fast-check'
import type { ChatChunk } from '../../../chat/chunk.ts'
import type { ClientChat, ClientContext } from '../../dialect.ts'

/** A context whose ids and time are fixed. */
export function clientContext(includeUsage = true): ClientContext {
  return { newId: () => 'new', nowSeconds: 7, includeUsage, model: 'asked' }
}

/** The whole body that a client of a dialect gets for a stream. */
export function encodeStream<State>(client: ClientChat<State>, chunks: readonly ChatChunk[], context = clientContext()): string {
  let state = client.startStream(context)
  let text = ''
  for (const chunk of chunks) {
    const step = client.onChunk(state, chunk)
    state = step.state
    text += step.text
  }
  return text + client.onEnd(state)
}

const piece = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 })
const call = fc.record({ name: fc.string({ minLength: 1, maxLength: 6 }), arguments: fc.dictionary(fc.string({ maxLength: 3 }), fc.nat(9)) })

/** Streams of one choice as a provider of any dialect may give them: reasoning, text, calls, a finish, usage. */
export const anyStream: fc.Arbitrary<readonly ChatChunk[]> = fc
  .record({ reasoning: fc.array(piece, { maxLength: 3 }), text: fc.array(piece, { maxLength: 4 }), calls: fc.array(call, { maxLength: 2 }) })
  .map(({ reasoning, text, calls }): readonly ChatChunk[] => [
    { type: 'start', id: 'msg_1', model: 'm', createdAtSeconds: 5 },
    ...reasoning.map((part): ChatChunk => ({ type: 'reasoning-delta', choice: 0, index: 0, origin: 'openai-chat', text: part })),
    ...text.map((part): ChatChunk => ({ type: 'text-delta', choice: 0, text: part })),
    ...calls.flatMap((given, index): ChatChunk[] => [
      { type: 'tool-call-start', choice: 0, index, id: `c${index}`, name: given.name },
      { type: 'tool-call-delta', choice: 0, index, argumentsText: JSON.stringify(given.arguments) },
    ]),
    { type: 'finish', choice: 0, finish: { reason: calls.length > 0 ? 'tool_calls' : 'stop', native: '' } },
    { type: 'usage', usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 } },
  ])
