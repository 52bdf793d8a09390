import type { Deps } from '../../deps.ts'

export interface MaintenancePlan {
  readonly atStart: () => Promise<unknown>
  readonly tasks: readonly { readonly everyMs: number; readonly work: () => Promise<unknown> }[]
}

export interface Maintenance {
  readonly start: () => void
  readonly stop: () => void
}

/** Runs each task at its interval, counted from the end of its last run. Tasks must not reject. */
export function createMaintenance({ atStart, tasks }: MaintenancePlan, { setTimer }: Deps): Maintenance {
  const cancels = new Map<number, () => void>()
  let running = false

  function schedule(index: number): void {
    const task = tasks[index]
    if (task === undefined || !running) return
    const onTime = (): void => {
      void task.work().finally(() => schedule(index))
    }
    cancels.set(index, setTimer(onTime, task.everyMs))
  }
  return {
    start: () => {
      if (running) return
      running = true
      void atStart()
      for (const index of tasks.keys()) schedule(index)
    },
    stop: () => {
      running = false
      for (const cancel of cancels.values()) cancel()
      cancels.clear()
    },
  }
}
