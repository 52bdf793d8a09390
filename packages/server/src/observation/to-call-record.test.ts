import type { Receipt } from '@proxyapi/core'
import type { CallRecord } from '@proxyapi/logging'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { toCallRecord } from './to-call-record.ts'

const attempt = { provider: 'one', model: 'm', reason: 'first', startedAtMs: 0 } as const

function receiptWith(outcomes: readonly Receipt['attempts'][number]['outcome'][]): Receipt {
  return {
    ...{ id: 'r1', requestedModel: 'm', stream: false, outcome: 'complete', costNanoUsd: 0, wastedNanoUsd: 0, dropped: [], tags: [] },
    ...{ startedAtMs: 0, endedAtMs: 1, attempts: outcomes.map((outcome) => ({ ...attempt, outcome })) },
  }
}

describe('the record of a call', () => {
  it.each([
    [[], undefined],
    [['server'], undefined],
    [['server', 'success'], 1],
    [['success', 'canceled'], 0],
    [['pending'], 0],
  ] as const)('names the winner among %j', (outcomes, winner) => {
    expect(toCallRecord(receiptWith(outcomes), { operation: 'chat' })).toMatchObject({ winner, operation: 'chat' })
  })

  it('has the fields of a receipt, so that a receipt can become it', () => {
    // Core gains `operation`, `winner` and `fault`; all other fields must fit already.
    expectTypeOf<Omit<Receipt, 'error'>>().toExtend<Omit<CallRecord, 'operation' | 'winner' | 'error'>>()
  })
})
