import { createWorkerRecorder, type FromRecorder, type Recorder } from '@proxyapi/logging/node'
import type { Channel } from './channel.ts'

/** Requests wait no longer than this for each other on their way to the primary: what a worker holds is lost when it is killed. */
const flushAfterMs = 10

export interface RemoteRecorder {
  readonly recorder: Recorder
  /** Takes what the primary's recorder says. */
  readonly onMessage: (message: FromRecorder) => void
}

/** The recorder of a worker: it hands over to the primary's, as that one does to its thread. The audit log is the primary's to write. */
export function createRemoteRecorder(secret: string, channel: () => Pick<Channel, 'tell'>): RemoteRecorder {
  let hear: (message: FromRecorder) => void = () => undefined
  const recorder = createWorkerRecorder({
    // The primary's recorder knows its file.
    file: '',
    secret,
    audit: false,
    flushAfterMs,
    startThread: (_data, { onMessage }) => {
      hear = onMessage
      return { post: (message) => channel().tell('recorder', message), hold: () => undefined }
    },
  })
  return { recorder, onMessage: (message) => hear(message) }
}
