import type { ChatRequest } from '../../chat/request.ts'

/** The words that end an answer: Claude refuses those that are only white space. */
export function toStopSequences({ stop }: ChatRequest): { readonly stop: readonly string[]; readonly changed: readonly string[] } {
  const words = stop?.filter((word) => word.trim() !== '') ?? []
  return { stop: words, changed: words.length === (stop?.length ?? 0) ? [] : ['stop'] }
}
