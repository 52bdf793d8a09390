import {
  type Condenser,
  type ConversationCondenser,
  createCondenser,
  createConversationCondenser,
  createTokenCounter,
  type SliceDeps,
  type TokenCounter,
} from '@proxyapi/context'

/** What counts and condenses as one family of models does. */
export interface Desk {
  readonly counter: TokenCounter
  readonly condenser: Condenser
  readonly conversations: ConversationCondenser
}

export interface Condensers {
  /** Loads the family's vocabulary on first use. `undefined` counts by `o200k_base`, the vocabulary most others are measured by. */
  readonly deskOf: (model: string | undefined) => Promise<Desk>
  readonly slices: SliceDeps
}

/** A slice of work ends with the step that it is in: so the event loop gets its turn well within 20 ms. */
export const sliceMs = 5

/** Families that are kept ready; each remembers up to `3 * maxBytes` of messages and fronts. */
const mostDesks = 4
const maxBytes = 8 * 1024 * 1024
const usualModel = 'openai/gpt-4o'

function createDesk(counter: TokenCounter): Desk {
  return {
    counter,
    condenser: createCondenser({ counter, maxBytes }),
    conversations: createConversationCondenser({ counter, maxBytes, maxFrontBytes: maxBytes }),
  }
}

/** Condensers by the family of a model, the ones used last. */
export function createCondensers(slices: SliceDeps): Condensers {
  const desks = new Map<string, Desk>()
  return {
    slices,
    async deskOf(model = usualModel) {
      const counter = await createTokenCounter(model)
      const desk = desks.get(counter.family) ?? createDesk(counter)
      desks.delete(counter.family)
      desks.set(counter.family, desk)
      const oldest = desks.keys().next()
      if (desks.size > mostDesks && oldest.done !== true) desks.delete(oldest.value)
      return desk
    },
  }
}
