import { rotate, type Strategy } from './strategy.ts'
import { createYieldQueue } from './turns.ts'

/** Each request begins with the next target. */
export function createRoundRobin(): Strategy {
  const turns = createYieldQueue<{ next: number }>()
  return (tier) => {
    const turn = turns.of(tier.name, () => ({ next: 0 }))
    const start = turn.next % tier.targets.length
    turn.next = start + 1
    return rotate(tier.targets, start)
  }
}
