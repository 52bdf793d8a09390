import type { ChatChunk } from '../chat/chunk.ts'
import { badAnswer } from '../errors/provider-error.ts'

/** Arguments longer than this are not read for their completeness: the provider's word must do. */
const maxCharacters = 1_000_000

/** Follows a stream's finishes: an answer is complete when every choice that began has one. */
export interface Completeness {
  /** @throws ProviderError `bad_answer` when a choice claims to have called a tool and its arguments are broken off */
  readonly see: (chunk: ChatChunk) => void
  readonly isComplete: () => boolean
}

function isWholeJson(text: string): boolean {
  if (text === '' || text.length > maxCharacters) return true
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

export function incompleteStream(): Error {
  return badAnswer('The stream ended before the answer was complete.')
}

export function createCompleteness(): Completeness {
  const open = new Set<number>()
  const finished = new Set<number>()
  const calls = new Map<string, string>()
  const assertCalls = (choice: number): void => {
    for (const [place, text] of calls) {
      if (place.startsWith(`${choice}/`) && !isWholeJson(text)) throw badAnswer('The arguments of a tool call are broken off.')
    }
  }
  return {
    see: (chunk) => {
      if (chunk.type === 'finish') {
        // Cut off by its length, an answer may end within its arguments and says so itself.
        if (chunk.finish.reason === 'tool_calls') assertCalls(chunk.choice)
        finished.add(chunk.choice)
      } else if ('choice' in chunk) {
        open.add(chunk.choice)
        if (chunk.type === 'tool-call-delta') {
          const place = `${chunk.choice}/${chunk.index}`
          calls.set(place, (calls.get(place) ?? '') + chunk.argumentsText)
        }
      }
    },
    isComplete: () => finished.size > 0 && [...open].every((choice) => finished.has(choice)),
  }
}
