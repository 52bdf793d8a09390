// Run as a process of its own by the test: abandons a thread that hangs, and ends as it is told to.
import { callWith, requestOf } from '../../record/__fixtures__/call.ts'
import { createWorkerRecorder } from '../create-worker-recorder.ts'
import { createStartThread } from '../recorder-thread.ts'

const [thread = '', end = ''] = process.argv.slice(2)
const recorder = createWorkerRecorder({ file: 'none.db', secret: 'a secret of the server', hangAfterMs: 50, startThread: createStartThread(thread) })
recorder.push(requestOf(callWith({ id: 'r1' })))
recorder.flush().catch(() => {
  process.stdout.write(JSON.stringify(recorder.figures().dropped))
  if (end === 'exit') process.exit(0)
})
