import {
  type Condenser,
  type ConversationCondenser,
  createCondenser,
  createConversationCondenser,
  createTokenCounter,
  type SliceDeps,
  type TokenCounter,
} from '@proxyapi/context'
import type { Deps } from '@proxyapi/core'
import { type NextTurn, nextTurn } from '../http/yield-queue.ts'

/** The token counter and the condenser of one family of models. */
export interface CondenserSet {
  readonly counter: TokenCounter
  readonly condenser: Condenser
  readonly conversations: ConversationCondenser
}

export interface Condensers {
  /** Loads the family's vocabulary on first use. `undefined` counts by `o200k_base`, the vocabulary most others are measured by. */
  readonly condensersFor: (model: string | undefined) => Promise<CondenserSet>
  /** What a tenant's work in slices needs of the event loop. */
  readonly slicesFor: (tenant: string | undefined) => SliceDeps
  /** Forgets what they have read: they remember messages, so as not to read them twice. */
  readonly clear: () => void
}

/** Length of a slice of work. The step under way is finished, so the event loop runs again within 20 ms. */
export const sliceMs = 5

/** Families that are kept ready; each remembers up to `3 * maxBytes` of messages and prefixes. */
const maxCondenserSets = 4
const maxBytes = 8 * 1024 * 1024
const usualModel = 'openai/gpt-4o'

function createCondenserSet(counter: TokenCounter): CondenserSet {
  return {
    counter,
    condenser: createCondenser({ counter, maxBytes }),
    conversations: createConversationCondenser({ counter, maxBytes, maxPrefixBytes: maxBytes }),
  }
}

/** The condensers that were used last, by the family of the model. */
export function createCondensers({ monotonicNow }: Pick<Deps, 'monotonicNow'>, turns: NextTurn = nextTurn): Condensers {
  const sets = new Map<string, CondenserSet>()
  return {
    slicesFor: (tenant) => ({ now: monotonicNow, yieldNow: () => turns(tenant) }),
    clear: () => sets.clear(),
    async condensersFor(model = usualModel) {
      const counter = await createTokenCounter(model)
      const condenserSet = sets.get(counter.family) ?? createCondenserSet(counter)
      sets.delete(counter.family)
      sets.set(counter.family, condenserSet)
      const oldest = sets.keys().next()
      if (sets.size > maxCondenserSets && oldest.done !== true) sets.delete(oldest.value)
      return condenserSet
    },
  }
}
