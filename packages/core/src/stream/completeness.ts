import type { ChatChunk } from '../chat/chunk.ts'
import { invalidResponse } from '../errors/provider-error.ts'

/** Arguments longer than this are neither kept nor read for their completeness: the provider's word must do. */
const maxCharacters = 256 * 1024
/** Kept in the place of what was too long. */
const tooLong = Symbol('too long')

/** Follows a stream's finishes: an answer is complete when every choice that began has one. */
export interface Completeness {
  /** @throws ProviderError `invalid_response` when a choice claims to have called a tool and its arguments are broken off */
  readonly see: (chunk: ChatChunk) => void
  readonly isComplete: () => boolean
}

function isWholeJson(text: string): boolean {
  if (text === '') return true
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

export function incompleteStream(): Error {
  return invalidResponse('The stream ended before the answer was complete.')
}

export function createCompleteness(): Completeness {
  const open = new Set<number>()
  const finished = new Set<number>()
  /** The arguments of the calls of each choice. */
  const calls = new Map<number, Map<number, string | typeof tooLong>>()
  let kept = 0
  const assertCalls = (choice: number): void => {
    for (const text of calls.get(choice)?.values() ?? []) {
      if (text !== tooLong && !isWholeJson(text)) throw invalidResponse('The arguments of a tool call are broken off.')
    }
  }
  const keep = ({ choice, index, argumentsText }: Extract<ChatChunk, { type: 'tool-call-delta' }>): void => {
    const own = calls.get(choice) ?? new Map<number, string | typeof tooLong>()
    const before = own.get(index) ?? ''
    kept += argumentsText.length
    own.set(index, before === tooLong || kept > maxCharacters ? tooLong : before + argumentsText)
    calls.set(choice, own)
  }
  return {
    see: (chunk) => {
      if (chunk.type === 'finish') {
        // Cut off by its length, an answer may end within its arguments and says so itself.
        if (chunk.finish.reason === 'tool_calls') assertCalls(chunk.choice)
        finished.add(chunk.choice)
      } else if ('choice' in chunk) {
        open.add(chunk.choice)
        if (chunk.type === 'tool-call-delta') keep(chunk)
      }
    },
    isComplete: () => finished.size > 0 && [...open].every((choice) => finished.has(choice)),
  }
}
