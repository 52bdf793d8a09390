import { nextTurn } from '../../http/yield-queue.ts'
import type { GuardrailInput } from '../guardrail.ts'

/** Texts are looked through in slices of about this many characters, with a turn of the event loop between two. */
export const sliceCharacters = 16_384

/** Called before each piece of work, with its length: waits for a turn where the last one has been used up. @throws the abort reason when the caller has left */
export function createTurns({ principal, signal }: Pick<GuardrailInput, 'principal' | 'signal'>): (characters: number) => Promise<void> {
  let sinceTurn = 0
  return async (characters) => {
    sinceTurn += characters
    if (sinceTurn <= sliceCharacters) return
    await nextTurn(principal)
    signal.throwIfAborted()
    sinceTurn = characters
  }
}
