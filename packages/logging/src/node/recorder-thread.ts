import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { MaskerOptions } from '../masking/masker.ts'
import type { RecorderOptions, RequestLogOptions } from '../recorder/create-in-thread-recorder.ts'
import type { FromRecorder, ToRecorder } from './messages.ts'

/** What a thread starts with: data only. */
export interface RecorderThreadData extends Omit<RecorderOptions, 'masker' | 'log' | 'flushAfterMs' | 'onNotice'> {
  readonly masker: MaskerOptions
  readonly log: Omit<RequestLogOptions, 'write'> | undefined
}

export interface ThreadListener {
  readonly onMessage: (message: FromRecorder) => void
  /** Called once, when the thread has ended, for whatever reason. */
  readonly onExit: () => void
}

/** A thread with a recorder in it. It can't be terminated: it ends by itself when its recorder is closed. */
export interface RecorderThread {
  readonly post: (message: ToRecorder) => void
  /** Whether the thread keeps the process alive. */
  readonly hold: (isHeld: boolean) => void
}

/** Starts a recorder elsewhere: in a thread, or at the other end of a channel between processes. */
export type StartRecorderThread = (data: RecorderThreadData, listener: ThreadListener) => RecorderThread

/**
 * The thread's program: beside this file in the built package, in ESM and in CommonJS; from source (tests), in the build if there is one.
 * `undefined` where there is none.
 */
export function recorderWorkerFile(): string | undefined {
  const here = import.meta.url
  const file = fileURLToPath(new URL(here.endsWith('.ts') ? '../../dist/recorder-worker.js' : './recorder-worker.js', here))
  return existsSync(file) ? file : undefined
}

/** Starts threads that run a file. */
export function createStartThread(file: string): StartRecorderThread {
  return (data, { onMessage, onExit }) => {
    const worker = new Worker(file, { workerData: data, name: 'recorder' })
    worker.unref()
    worker.on('message', onMessage)
    worker.on('error', () => undefined) // 'exit' follows
    worker.on('exit', onExit)
    return {
      post: (message) => worker.postMessage(message),
      hold: (isHeld) => (isHeld ? worker.ref() : worker.unref()),
    }
  }
}
