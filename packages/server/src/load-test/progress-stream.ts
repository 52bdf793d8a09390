import type { Deps } from '@proxyapi/core'
import type { LoadTestReport } from './load-test-report.ts'
import type { LoadTests } from './load-tests.ts'

const keepAliveMs = 15_000
/** A reader that takes nothing for so many events is given up. */
const maxWaiting = 600

/**
 * A test's progress as server-sent events: `progress` each second, `end` with the report; of a test that has ended, `end` alone.
 * `undefined` when there are too many listeners.
 */
export function createProgressStream(
  tests: Pick<LoadTests, 'follow'>,
  report: LoadTestReport,
  { setTimer }: Pick<Deps, 'setTimer'>,
): ReadableStream<Uint8Array> | undefined {
  const encoder = new TextEncoder()
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined
  let cancelTimer: () => void = () => undefined
  let forget: (() => void) | undefined = () => undefined
  const end = (): void => {
    cancelTimer()
    forget?.()
    stream = undefined
  }
  const write = (text: string): void => {
    if (stream === undefined) return
    if ((stream.desiredSize ?? 0) > -maxWaiting) stream.enqueue(encoder.encode(text))
    else {
      stream.close()
      end()
    }
  }
  const tell = (now: LoadTestReport): void => {
    if (now.test_id !== report.test_id) return
    const isOver = now.status !== 'running'
    write(`event: ${isOver ? 'end' : 'progress'}\ndata: ${JSON.stringify(now)}\n\n`)
    if (!isOver) return
    stream?.close()
    end()
  }
  if (report.status === 'running') forget = tests.follow(tell)
  if (forget === undefined) return undefined
  const keepAlive = (): void => {
    write(':\n\n')
    cancelTimer = setTimer(keepAlive, keepAliveMs)
  }
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        stream = controller
        tell(report)
        if (stream !== undefined) cancelTimer = setTimer(keepAlive, keepAliveMs)
      },
      cancel: end,
    },
    { highWaterMark: 1 },
  )
}
