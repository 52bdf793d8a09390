import type { Deps } from '@proxyapi/core'
import { createEventBody } from '../http/server-sent-events.ts'
import type { LoadTestReport } from './load-test-report.ts'
import type { LoadTests } from './load-tests.ts'

/** A reader that takes nothing for so many events is given up: ten minutes of a test. */
const maxWaiting = 600

/**
 * A test's progress as server-sent events: `progress` each second, `end` with the report; of a test that has ended, `end` alone.
 * `undefined` when there are too many listeners.
 */
export function createProgressStream(
  tests: Pick<LoadTests, 'follow'>,
  report: LoadTestReport,
  deps: Pick<Deps, 'setTimer'>,
): ReadableStream<Uint8Array> | undefined {
  return createEventBody(
    ({ write, close }) => {
      const tell = (now: LoadTestReport): void => {
        if (now.test_id !== report.test_id) return
        const isOver = now.status !== 'running'
        write(`event: ${isOver ? 'end' : 'progress'}\ndata: ${JSON.stringify(now)}\n\n`)
        if (isOver) close()
      }
      const forget = report.status === 'running' ? tests.follow(tell) : () => undefined
      if (forget !== undefined) tell(report)
      return forget
    },
    deps,
    maxWaiting,
  )
}
