import { expect, it } from 'vitest'
import type { AuditAnchor } from '../audit/chain.ts'
import { createHeadLog } from './head-log.ts'

const anchorAt = (sequence: number, timeMs: number): AuditAnchor => ({
  kind: 'head',
  sequence,
  hash: 'a'.repeat(64),
  timeMs,
  signature: 'b'.repeat(64),
})

it('tells the signed end of the chain once a minute', () => {
  const lines: string[] = []
  const tell = createHeadLog({ write: (line) => lines.push(line) })
  for (const second of [0, 30, 59, 60, 61, 119, 120]) tell(anchorAt(second, second * 1_000))
  expect(lines.map((line) => (JSON.parse(line) as { readonly extra_data: unknown }).extra_data)).toEqual(
    [0, 60, 120].map((sequence) => ({ sequence, hash: 'a'.repeat(64), signature: 'b'.repeat(64) })),
  )
})

it('tells it as a text where the log is one', () => {
  const lines: string[] = []
  createHeadLog({ format: 'text', write: (line) => lines.push(line) })(anchorAt(1, 0))
  expect(lines).toEqual([
    `1970-01-01T00:00:00.000Z INFO    Audit log ends here sequence=1 hash=${'a'.repeat(64)} signature=${'b'.repeat(64)}\n`,
  ])
})
