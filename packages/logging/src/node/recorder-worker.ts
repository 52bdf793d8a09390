import { parentPort, workerData } from 'node:worker_threads'
import { createMasker } from '../masking/masker.ts'
import { createInThreadRecorder } from '../recorder/create-in-thread-recorder.ts'
import type { FromRecorder, ToRecorder } from './messages.ts'
import type { RecorderThreadData } from './recorder-thread.ts'
import { serveRecorder } from './serve-recorder.ts'

/** The program of a recorder's thread: the only file here that does something when it is loaded. */
function main(): void {
  const port = parentPort
  if (port === null) throw new Error('recorder-worker runs in a worker thread only')
  const { masker, log, ...options } = workerData as RecorderThreadData // what `startRecorderThread` passed
  // What a dependency prints is discarded: the main thread would print it, and blocks when the process's output is full.
  for (const stream of [process.stdout, process.stderr]) stream.write = () => true
  const post = (message: FromRecorder): void => port.postMessage(message)
  const recorder = createInThreadRecorder({
    ...options,
    masker: createMasker(masker),
    // The other side has collected them already.
    flushAfterMs: 1,
    // In a task of its own: the figures then know of it.
    onNotice: (notice) => setImmediate(() => post({ type: 'notice', notice, figures: recorder.figures() })),
    log: log === undefined ? undefined : { ...log, write: (text) => post({ type: 'lines', text }) },
  })
  const onMessage = serveRecorder(recorder, post)
  // The thread ends after its statements: SQLite's addon aborts the process otherwise.
  process.on('uncaughtException', () => {
    void recorder
      .close()
      .then(() => post({ type: 'taken', requests: 0, figures: recorder.figures() }))
      .catch(() => undefined) // the thread ends either way
      .then(() => port.close())
  })
  port.on('message', (message: ToRecorder) => {
    void onMessage(message).then(() => {
      if (message.type === 'ask' && message.method === 'close') port.close()
    })
  })
}

main()
