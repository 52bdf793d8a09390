import { createRotationState } from './rotation-state.ts'
import { rotate, type Strategy } from './strategy.ts'

/** Each request begins with the next target. */
export function createRoundRobin(): Strategy {
  const rotation = createRotationState<{ next: number }>()
  return (tier) => {
    const turn = rotation.of(tier.name, () => ({ next: 0 }))
    const start = turn.next % tier.targets.length
    turn.next = start + 1
    return rotate(tier.targets, start)
  }
}
