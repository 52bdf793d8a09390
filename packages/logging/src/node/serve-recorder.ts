import { fromRequestCells } from '../record/from-request-cells.ts'
import type { Recorder } from '../recorder/recorder.ts'
import { isStorageError } from '../sqlite/storage-error.ts'
import type { AskedMethod, FromRecorder, SentError, ToRecorder } from './messages.ts'

function toSentError(error: unknown): SentError {
  const message = error instanceof Error ? error.message : String(error)
  return isStorageError(error) ? { message, storage: { reason: error.reason, retryable: error.retryable } } : { message }
}

function call(recorder: Recorder, method: AskedMethod, args: readonly unknown[]): Promise<unknown> {
  const asked = recorder[method] as (...args: readonly unknown[]) => Promise<unknown> // the other side is typed: it sends the method's own arguments
  return asked(...args)
}

/** Answers messages of another thread with a recorder of this one. Returns the function that takes a message. */
export function serveRecorder(recorder: Recorder, post: (message: FromRecorder) => void): (message: ToRecorder) => Promise<void> {
  return async (message) => {
    if (message.type === 'requests') {
      for (const cells of message.requests) recorder.push(fromRequestCells(cells))
      post({ type: 'taken', requests: message.requests.length, figures: recorder.figures() })
      return
    }
    const { id, method, args } = message
    try {
      const value = await call(recorder, method, args)
      post({ type: 'answer', id, value, figures: recorder.figures() })
    } catch (error) {
      post({ type: 'answer', id, error: toSentError(error), figures: recorder.figures() })
    }
  }
}
