import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMasker } from '../masking/masker.ts'
import { isLogLevel } from './log-level.ts'
import { createLogger, type Logger, type LoggerOptions } from './logger.ts'

function logged(options: Partial<LoggerOptions> = {}): { lines: string[]; logger: Logger } {
  const lines: string[] = []
  const masker = createMasker({ secrets: ['top-secret-value'] })
  return { lines, logger: createLogger({ masker, write: (line) => lines.push(line), now: () => 0, ...options }) }
}

function recordOf(lines: readonly string[]): Record<string, unknown> {
  return JSON.parse(lines[0] ?? '') as Record<string, unknown> // a line of the logger is an object
}

describe('a logger', () => {
  it('writes one JSON object a line, secrets masked', () => {
    const { lines, logger } = logged()
    logger.info('Request processed', { provider: 'openai', note: 'top-secret-value' })
    expect(lines).toHaveLength(1)
    expect(recordOf(lines)).toEqual({
      level: 'INFO',
      timestamp: '1970-01-01T00:00:00.000Z',
      extra_data: { provider: 'openai', note: '***' },
      message: 'Request processed',
    })
  })

  it('leaves extra data out when there is none', () => {
    const { lines, logger } = logged()
    logger.error('It broke')
    expect(lines).toEqual(['{"level":"ERROR","timestamp":"1970-01-01T00:00:00.000Z","message":"It broke"}\n'])
  })

  it.each([
    ['trace', ['TRACE', 'DEBUG', 'INFO', 'WARNING', 'ERROR']],
    ['DEBUG', ['DEBUG', 'INFO', 'WARNING', 'ERROR']],
    ['info', ['INFO', 'WARNING', 'ERROR']],
    ['WARNING', ['WARNING', 'ERROR']],
    ['error', ['ERROR']],
  ] as const)('writes at level %s what is at least that', (level, written) => {
    const { lines, logger } = logged({ level })
    for (const write of [logger.trace, logger.debug, logger.info, logger.warn, logger.error]) write('x')
    expect(lines.map((line) => recordOf([line])['level'])).toEqual(written)
  })

  it.each([
    ['a named secret', { api_key: 'abc' }, { api_key: '***MASKED***' }],
    ['headers', { headers: { Authorization: 'Basic dXNlcjpwYXNz' } }, { headers: { Authorization: '***MASKED***' } }],
    ['a secret in a nested text', { a: [{ b: 'redis://u:pass@h' }] }, { a: [{ b: 'redis://***:***@h' }] }],
    ['a secret in a key', { 'top-secret-value': 1 }, { '***': 1 }],
    ['numbers and nothing', { tokens: 150, none: null, big: 10n }, { tokens: 150, none: null, big: '10' }],
    ['a date and a URL', { at: new Date(0), url: new URL('http://x/') }, { at: '1970-01-01T00:00:00.000Z', url: 'http://x/' }],
    ['a map and a set', { map: new Map([['k', 1]]), set: new Set([2]) }, { map: { k: 1 }, set: [2] }],
    ['bytes', { body: new Uint8Array(3) }, { body: '[3 bytes]' }],
  ])('writes %s', (_what, data, expected) => {
    const { lines, logger } = logged()
    logger.info('x', data)
    expect(recordOf(lines)['extra_data']).toEqual(expected)
  })

  it('writes errors with their cause, masked', () => {
    const { lines, logger } = logged()
    logger.error('x', { error: new Error('no top-secret-value', { cause: new TypeError('inner') }) })
    expect(recordOf(lines)['extra_data']).toMatchObject({ error: { name: 'Error', message: 'no ***', cause: { name: 'TypeError' } } })
  })

  it('survives cycles, depths and getters that throw', () => {
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    const broken = {
      get bad(): never {
        throw new Error('no')
      },
    }
    const { lines, logger } = logged()
    logger.info('x', { cycle, broken })
    expect(recordOf(lines)['extra_data']).toEqual({ cycle: { self: '[circular]' }, broken: '[unreadable]' })
  })

  it('leaves no control character in a line with a secret', () => {
    const { lines, logger } = logged()
    logger.info('top-secret-value \u2028 \u202e', { value: 'x\u0085' })
    expect(lines[0]?.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/)
    expect(recordOf(lines)['message']).toBe('*** \u2028 \u202e')
  })

  it('gives its children what they add to every line', () => {
    const { lines, logger } = logged()
    logger.child({ request_id: 'r1', a: 1 }).child({ b: 2 }).info('x', { a: 3 })
    expect(recordOf(lines)['extra_data']).toEqual({ request_id: 'r1', a: 3, b: 2 })
  })

  it.each(['json', 'text'] as const)('makes exactly one line without control characters of anything, as %s', (format) => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (message, value) => {
        const { lines, logger } = logged({ format })
        logger.info(`${message}\n\u2028\u0085\u001b[2J\u202e${value}`, { value, [message]: value })
        expect(lines).toHaveLength(1)
        expect(lines[0]?.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/)
        expect(lines[0]?.endsWith('\n')).toBe(true)
        if (format === 'json') expect(recordOf(lines)).toMatchObject({ level: 'INFO' })
      }),
    )
  })

  it('stays JSON whatever is masked', () => {
    const piece = fc.constantFrom(
      'token',
      'password=',
      '"',
      '\\',
      ':',
      '12.5',
      'sk-abcdefghijklmnopqrst123',
      '-----BEGIN PRIVATE KEY-----',
      ' ',
      '{',
    )
    fc.assert(
      fc.property(fc.array(piece), fc.array(piece), (message, value) => {
        const { lines, logger } = logged()
        logger.info(message.join(''), { value: value.join(''), token: 12.5 })
        expect(recordOf(lines)).toMatchObject({ level: 'INFO', extra_data: { token: 12.5 } })
      }),
    )
  })

  it('writes text for people', () => {
    const { lines, logger } = logged({ format: 'text' })
    logger.warning('It is slow', { provider: 'openai', note: 'a b', tokens: 3, list: [1] })
    expect(lines).toEqual(['1970-01-01T00:00:00.000Z WARNING It is slow provider=openai note="a b" tokens=3 list=[1]\n'])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('disk full')
      },
    ],
    ['rejects', () => Promise.reject(new Error('disk full'))],
  ])('survives a destination that %s, and counts the line', async (_what, write) => {
    const { logger } = logged({ write })
    logger.child({}).info('x')
    await Promise.resolve()
    expect(logger.dropped()).toBe(1)
  })

  it('survives a clock that breaks', () => {
    let time = 0
    const { logger, lines } = logged({ now: () => time })
    time = Number.NaN
    logger.info('x')
    expect([lines, logger.dropped()]).toEqual([[], 1])
  })
})

describe('a level', () => {
  it.each([
    ['INFO', true],
    ['warning', true],
    ['Debug', true],
    ['loud', false],
    ['toString', false],
    ['', false],
  ])('%s: %s', (name, is) => {
    expect(isLogLevel(name)).toBe(is)
  })
})
