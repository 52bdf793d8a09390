import type { Receipt } from '@proxyapi/core'
import type { EventEffect } from '@proxyapi/logging/node'

/** Targets whose troubles are counted at one time; of more the effect is not told. */
const maxTargets = 1_000
/** Other targets that an effect names. */
const maxNamed = 10

interface Trouble {
  rerouted: number
  failed: number
  extraNanoUsd: number
  readonly to: Set<string>
}

/** Counts what targets that are out of order mean for requests, from their receipts. */
export interface Troubles {
  readonly begin: (target: string) => void
  readonly onReceipt: (receipt: Receipt) => void
  /** What the trouble came to; `undefined` of a target that was in none. */
  readonly end: (target: string) => EventEffect | undefined
}

/** The targets that a call passed over, or was failed by, with what that cost. */
function avoidedBy({ attempts, winner, route }: Receipt): ReadonlyMap<string, number> {
  const avoided = new Map<string, number>()
  for (const { provider, model } of route?.leftOut ?? []) avoided.set(`${provider}/${model}`, 0)
  for (const [index, { provider, model, costNanoUsd, outcome }] of attempts.entries()) {
    if (index === winner || outcome === 'superseded' || outcome === 'pending') continue
    const key = `${provider}/${model}`
    avoided.set(key, (avoided.get(key) ?? 0) + (costNanoUsd ?? 0))
  }
  return avoided
}

/** Adds a call to the trouble of a target. */
function count(trouble: Trouble, target: string, { outcome, provider, model }: Receipt): void {
  if (outcome === 'error') trouble.failed++
  const answeredBy = `${provider}/${model}`
  if (outcome !== 'complete' || provider === undefined || answeredBy === target) return
  trouble.rerouted++
  if (trouble.to.size < maxNamed) trouble.to.add(answeredBy)
}

export function createTroubles(): Troubles {
  const troubles = new Map<string, Trouble>()
  return {
    begin: (target) => {
      if (troubles.size >= maxTargets || troubles.has(target)) return
      troubles.set(target, { rerouted: 0, failed: 0, extraNanoUsd: 0, to: new Set() })
    },
    onReceipt: (receipt) => {
      if (troubles.size === 0) return
      for (const [target, costNanoUsd] of avoidedBy(receipt)) {
        const trouble = troubles.get(target)
        if (trouble === undefined) continue
        trouble.extraNanoUsd += costNanoUsd
        count(trouble, target, receipt)
      }
    },
    end: (target) => {
      const trouble = troubles.get(target)
      troubles.delete(target)
      return trouble && { ...trouble, to: [...trouble.to] }
    },
  }
}
