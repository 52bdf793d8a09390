import fc from 'fast-check'
import { expect } from 'vitest'
import type { ClientChat, Dialect } from '../../dialect.ts'
import { anyStream, encodeStream } from './client-stream.ts'
import { decodeStream, fold } from './decode.ts'

/** A body means the same wherever its bytes are cut. */
export function expectSameWhereverCut(dialect: Dialect, body: Uint8Array): void {
  const whole = decodeStream(dialect, body, { size: 4096 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), (size) => {
      expect(decodeStream(dialect, body, { size })).toEqual(whole)
    }),
    { numRuns: 20 },
  )
}

/** What a client of a dialect is sent reads back, as that dialect, as what was sent. */
export function expectReadsBack<State>(client: ClientChat<State>, dialect: Dialect): void {
  fc.assert(
    fc.property(anyStream, (chunks) => {
      const body = new TextEncoder().encode(encodeStream(client, chunks))
      const expected = fold(chunks)
      expect(fold(decodeStream(dialect, body, { size: 64 }))).toMatchObject({
        text: expected.text,
        reasoning: expected.reasoning,
        toolCalls: expected.toolCalls,
        finish: { reason: expected.finish?.reason },
        usage: expected.usage,
      })
    }),
  )
}
