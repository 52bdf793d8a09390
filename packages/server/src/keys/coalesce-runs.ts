/** Runs a task one at a time: however often it is asked for while it runs, it runs once more afterwards. */
export function coalesceRuns(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let isDue = false
  const run = (): Promise<void> => {
    isDue = running !== undefined
    running ??= task().finally(() => {
      running = undefined
      if (isDue) void run()
    })
    return running
  }
  return run
}
