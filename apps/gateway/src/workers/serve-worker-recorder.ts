import type { CompletedRequest } from '@proxyapi/logging'
import { type FromRecorder, noFigures, type Recorder, serveRecorder, type ToRecorder } from '@proxyapi/logging/node'

/** Answers a worker's recorder with the primary's. Returns the function that takes its messages. */
export function serveWorkerRecorder(
  recorder: Recorder,
  { post, onRequest }: { readonly post: (message: FromRecorder) => void; readonly onRequest: (request: CompletedRequest) => void },
): (message: ToRecorder) => Promise<void> {
  const ofWorker: Recorder = {
    ...recorder,
    push: (request) => {
      recorder.push(request)
      onRequest(request)
    },
    // The primary tells its recorder's figures itself: told by each worker too they would be added up.
    figures: () => noFigures,
    // A worker that ends has written what it holds; the others go on.
    close: recorder.flush,
  }
  return serveRecorder(ofWorker, post)
}

/** The primary's recorder, whose answers know of what its workers hold. */
export function withWorkersFlushed(recorder: Recorder, flush: () => Promise<void>): Recorder {
  const after =
    <Arguments extends readonly unknown[], Result>(query: (...args: Arguments) => Promise<Result>) =>
    async (...args: Arguments): Promise<Result> => {
      await flush()
      return await query(...args)
    }
  return {
    ...recorder,
    requests: after(recorder.requests),
    summary: after(recorder.summary),
    analytics: after(recorder.analytics),
    receipt: after(recorder.receipt),
    user: after(recorder.user),
    eraseUser: after(recorder.eraseUser),
    flush: after(recorder.flush),
  }
}
