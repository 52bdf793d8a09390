import { systemContext } from './system-context.ts'
import { runWorker } from './workers/run-worker.ts'

/** The program of a worker: started by a primary, and by nobody else. Node ends it when its primary has ended. */
process.exit(
  await runWorker(systemContext(), {
    post: (message) => void process.send?.(message),
    onMessage: (callback) => void process.on('message', callback),
  }),
)
