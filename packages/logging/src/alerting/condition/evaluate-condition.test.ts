import { describe, expect, it } from 'vitest'
import { evaluateCondition } from './evaluate-condition.ts'
import { parseCondition } from './parse-condition.ts'
import { signalText } from './signals-of.ts'

const known: Readonly<Record<string, number>> = {
  error_rate: 0.1,
  'error_rate{provider="openai"}': 0.5,
  requests: 40,
  errors: 4,
  in_flight: 0,
  p95: 2_000,
  queue_depth: Number.NaN,
}

function holds(text: string): boolean | undefined {
  return evaluateCondition(
    parseCondition(text),
    (name, selector) => known[signalText({ name, selector })],
    (name) => (name === 'requests' ? -5 : undefined),
  )
}

describe('evaluating a condition', () => {
  it.each([
    ['error_rate > 0.05', true],
    ['error_rate > 0.1', false],
    ['error_rate >= 10%', true],
    ['error_rate{provider="openai"} == 0.5', true],
    ['error_rate{provider="openai"} > 4 * error_rate', true],
    ['p95 < 3s and requests > 20', true],
    ['errors / requests != 0.1', false],
    ['requests - errors * 2 <= 32', true],
    ['not (requests > 20) or errors < 5', true],
    ['-requests < -39', true],
    ['anomaly(requests) < -4', true],
    ['errors / in_flight > 0', undefined],
    ['tokens > 0', undefined],
    ['not tokens > 0', undefined],
    ['tokens != 0', undefined],
    ['queue_depth != 5', undefined],
    ['anomaly(errors) > 4', undefined],
    ['tokens > 0 or requests > 20', true],
    ['tokens > 0 and requests > 20', undefined],
    ['tokens > 0 and requests < 20', false],
  ])('%s: %s', (text, expected) => {
    expect(holds(text)).toBe(expected)
  })

  it('never fires on an anomaly that nobody measures', () => {
    expect(evaluateCondition(parseCondition('anomaly(requests) < 1'), () => 1)).toBeUndefined()
  })

  it('asks for each signal with its window', () => {
    const asked: unknown[] = []
    evaluateCondition(parseCondition('requests < 0 and errors{model="m"}[5m] > 1 over 2m'), (...question) => {
      asked.push(question)
      return 1
    })
    expect(asked).toEqual([
      ['requests', {}, 120_000],
      ['errors', { model: 'm' }, 300_000],
    ])
  })
})
