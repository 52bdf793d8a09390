import type { Logger } from '@proxyapi/logging'
import type { RecorderFigures, RecorderNotice } from '@proxyapi/logging/node'

/** Ledger, receipts and audit are what an operator answers for: trouble with them is said aloud. */
export function logNotice(logger: Logger, notice: RecorderNotice): void {
  switch (notice.type) {
    case 'set-aside':
      logger.error('The records were damaged: ledger, receipts and audit begin anew', { set_aside: notice.file })
      break
    case 'failing':
      logger.error('Records can’t be written', { reason: notice.reason })
      break
    case 'working':
      logger.info('Records are written again')
      break
  }
}

/** What a process that ends could not write any more. */
export function logLosses(logger: Logger, { dropped }: RecorderFigures): void {
  const lost = dropped.queue + dropped.store + dropped.worker + dropped.audit
  if (lost > 0) logger.error('Records were lost', { records: lost, ...dropped })
}
