import type { AuditAnchor } from '../audit/chain.ts'
import { toTextLine } from '../logger/log-line.ts'

/** A log that is kept elsewhere is the second witness of the chain's end; one line a minute is enough of it. */
const everyMs = 60_000

export interface HeadLogOptions {
  readonly format?: 'json' | 'text' | undefined
  readonly write: (lines: string) => void
}

/** Writes the signed end of the audit chain to the log, at the first write and then once a minute where there is more. */
export function createHeadLog({ format = 'json', write }: HeadLogOptions): (anchor: AuditAnchor) => void {
  let toldAtMs = Number.NEGATIVE_INFINITY
  return ({ sequence, hash, signature, timeMs }) => {
    if (timeMs - toldAtMs < everyMs) return
    toldAtMs = timeMs
    const extra_data = { sequence, hash, signature }
    const line = `${JSON.stringify({ level: 'INFO', timestamp: new Date(timeMs).toISOString(), extra_data, message: 'Audit log ends here' })}\n`
    write(format === 'json' ? line : toTextLine(line))
  }
}
