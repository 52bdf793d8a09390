import type { CacheDeps } from '../deps.ts'

export interface UpkeepPlan {
  readonly atStart: () => Promise<unknown>
  readonly rounds: readonly { readonly everyMs: number; readonly work: () => Promise<unknown> }[]
}

export interface Upkeep {
  readonly start: () => void
  readonly stop: () => void
}

/** Runs work every so often, each round after the last one has ended. Work must not reject. */
export function createUpkeep({ atStart, rounds }: UpkeepPlan, { setTimer }: CacheDeps): Upkeep {
  const cancels = new Map<number, () => void>()
  let running = false

  function schedule(index: number): void {
    const round = rounds[index]
    if (round === undefined || !running) return
    const onTime = (): void => {
      void round.work().finally(() => schedule(index))
    }
    cancels.set(index, setTimer(onTime, round.everyMs))
  }
  return {
    start: () => {
      if (running) return
      running = true
      void atStart()
      for (const index of rounds.keys()) schedule(index)
    },
    stop: () => {
      running = false
      for (const cancel of cancels.values()) cancel()
      cancels.clear()
    },
  }
}
