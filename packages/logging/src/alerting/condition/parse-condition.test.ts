import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Expression } from './condition.ts'
import { type ConditionError, isConditionError } from './condition-error.ts'
import { parseCondition } from './parse-condition.ts'
import { signalNames } from './signal-names.table.ts'
import { signalsOf, signalText } from './signals-of.ts'

/** An expression as nested brackets, windows left out. */
function shown(expression: Expression): string {
  switch (expression.type) {
    case 'number':
      return String(expression.value)
    case 'signal':
      return signalText(expression)
    case 'anomaly':
      return `anomaly(${signalText(expression.signal)})`
    case 'negate':
      return `-${shown(expression.operand)}`
    case 'not':
      return `not(${shown(expression.operand)})`
    case 'comparison':
    case 'arithmetic':
      return `(${shown(expression.left)} ${expression.operator} ${shown(expression.right)})`
    case 'and':
    case 'or':
      return `(${expression.operands.map(shown).join(` ${expression.type} `)})`
  }
}

function failure(text: string): ConditionError {
  try {
    parseCondition(text)
  } catch (error) {
    if (isConditionError(error)) return error
  }
  throw new Error(`no condition error for ${text}`)
}

describe('a condition', () => {
  it.each([
    ['error_rate > 0.05', '(error_rate > 0.05)'],
    ['avg_response_time > 5000', '(avg_response_time > 5000)'],
    ['p95 >= 2.5s', '(p95 >= 2500)'],
    ['error_rate<5%', '(error_rate < 0.05)'],
    ['error_rate > 0.05 and requests > 20 for 2m', '((error_rate > 0.05) and (requests > 20))'],
    ['requests > 1 or errors > 2 and tokens > 3', '((requests > 1) or ((errors > 2) and (tokens > 3)))'],
    ['(requests > 1 || errors > 2) && tokens > 3', '(((requests > 1) or (errors > 2)) and (tokens > 3))'],
    ['not requests > 1 AND !(errors > 2)', '(not((requests > 1)) and not((errors > 2)))'],
    ['errors + 2 * requests - 1 > -(3)', '(((errors + (2 * requests)) - 1) > -3)'],
    ['errors / requests > 1e-2', '((errors / requests) > 0.01)'],
    ['error_rate{provider="openai", model=\'gpt-4o\'} > .1', '(error_rate{provider="openai",model="gpt-4o"} > 0.1)'],
    ['anomaly(error_rate{provider="x"}) > 4', '(anomaly(error_rate{provider="x"}) > 4)'],
    ['provider_up{provider="openai"} == 0', '(provider_up{provider="openai"} == 0)'],
    ['  ( ( requests ) ) != 0  ', '(requests != 0)'],
  ])('reads %s', (text, expected) => {
    expect(shown(parseCondition(text).expression)).toBe(expected)
  })

  it.each([
    ['error_rate > 0.05', 0, [60_000]],
    ['error_rate > 0.05 for 2m', 120_000, [60_000]],
    ['error_rate > 0.05 over 5m', 0, [300_000]],
    ['error_rate > 0.05 for 90s over 5m', 90_000, [300_000]],
    ['error_rate > 0.05 over 1h FOR 500ms', 500, [3_600_000]],
    ['error_rate[5m] > 2 * error_rate[1d] over 10m', 0, [300_000, 86_400_000]],
    ['cost_per_hour > 10', 0, [3_600_000]],
    ['anomaly(p95[10m]) > 4', 0, [600_000]],
  ])('knows how long and over which window: %s', (text, forMs, windows) => {
    const condition = parseCondition(text)
    expect(condition.forMs).toBe(forMs)
    expect(signalsOf(condition).map(({ windowMs }) => windowMs)).toEqual(windows)
  })

  it.each([
    ['', 1, 'end of condition', 'a signal'],
    ['error_rate', 11, 'end of condition', '">"'],
    ['error_rate >', 13, 'end of condition', 'a signal'],
    ['eror_rate > 1', 1, '"eror_rate"', 'error_rate'],
    ['constructor > 1', 1, '"constructor"', 'a signal'],
    ['error_rate > 0.05 requests > 2', 19, '"requests"', '"and"'],
    ['error_rate > 0.05 and requests', 31, 'end of condition', '">"'],
    ['requests and errors > 1', 10, '"and"', '">"'],
    ['requests > 1 > 2', 14, '">"', '"and"'],
    ['(requests > 1) + 2 > 3', 1, 'a comparison', 'a number'],
    ['2 + (requests > 1) > 3', 5, 'a comparison', 'a number'],
    ['not requests', 13, 'end of condition', '">"'],
    ['(requests > 1', 14, 'end of condition', '")"'],
    ['requests > 1)', 13, '")"', 'the end'],
    ['requests = 1', 10, '"="', '">"'],
    ['requests > 1 # two', 14, '"#"', 'an operator'],
    ['requests{provider="x > 1', 19, 'a string without end', 'a closing quote'],
    ['requests{region="eu"} > 1', 10, '"region"', 'provider'],
    ['auth_failures{provider="x"} > 1', 15, '"provider"', 'no selector'],
    ['requests{provider="x",provider="y"} > 1', 23, '"provider"', 'each label once'],
    ['requests{provider=x} > 1', 19, '"x"', 'a name in quotes'],
    ['requests{provider=""} > 1', 19, '""', 'a name in quotes'],
    ['requests[1s] > 1', 10, '"1s"', 'a window from 5s to 24h'],
    ['requests > 1 for', 17, 'end of condition', 'a duration'],
    ['requests > 1 for 2', 18, '"2"', 'a duration'],
    ['requests > 1 for 2m for 3m', 21, '"for"', '"for" once'],
    ['requests > 1 for 2d', 18, '"2d"', 'at most 24h'],
    ['requests > 1 over 2m, 3', 21, '","', 'the end'],
    ['requests > 5 minutes', 14, '"minutes"', '"and"'],
    ['p95 > 5min', 7, '"5min"', 'units'],
    ['error_rate > 5', 14, '"5"', 'a share from 0 to 1'],
    ['85 < memory_usage', 1, '"85"', 'a share from 0 to 1'],
    ['requests > 5s', 12, '"5s"', 'a plain number'],
    ['p95 > 50%', 7, '"50%"', 'milliseconds'],
    ['anomaly(3) > 4', 9, '"3"', 'a signal'],
    ['requests > 1e999', 12, '"1e999"', 'a finite number'],
    [`${'('.repeat(60)}requests > 1${')'.repeat(60)}`, 52, '"("', 'at most 50'],
    [`requests > ${'1'.repeat(2000)}`, 2001, '2011 characters', 'at most 2000'],
  ])('refuses %s', (text, position, found, allowed) => {
    const error = failure(text)
    expect([error.position, error.found]).toEqual([position, found])
    expect(error.allowed.join(' ')).toContain(allowed)
    expect(error.message).toContain(`position ${position}`)
  })

  it('never does anything but read or refuse, whatever the text', () => {
    const word = fc.constantFrom(
      ...signalNames,
      'and',
      'or',
      'not',
      '(',
      ')',
      '>',
      '<=',
      '1',
      '5%',
      '2m',
      'for',
      'over',
      '{',
      '}',
      '[',
      '-',
      '"',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(word, { maxLength: 30 }).map((words) => words.join(' ')),
        ),
        (text) => {
          try {
            expect(parseCondition(text).text).toBe(text)
          } catch (error) {
            expect(isConditionError(error)).toBe(true)
            if (isConditionError(error)) expect(error.position).toBeLessThanOrEqual(text.length + 1)
          }
        },
      ),
      { numRuns: 1000 },
    )
  })
})
