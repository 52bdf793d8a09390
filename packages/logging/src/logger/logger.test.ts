import { describe, expect, it } from 'vitest'
import { createMasker } from '../masking/masker.ts'
import { createLogger } from './logger.ts'

function logged(format: 'json' | 'text', level: 'DEBUG' | 'INFO' = 'INFO'): { lines: string[]; logger: ReturnType<typeof createLogger> } {
  const lines: string[] = []
  const logger = createLogger({
    level,
    format,
    masker: createMasker({ secrets: ['top-secret-value'] }),
    write: (line) => lines.push(line),
    now: () => 0,
  })
  return { lines, logger }
}

describe('a logger', () => {
  it('writes one JSON object a line, secrets masked', () => {
    const { lines, logger } = logged('json')
    logger.info('Request processed', { provider: 'openai', note: 'top-secret-value' })
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'INFO',
      timestamp: '1970-01-01T00:00:00.000Z',
      extra_data: { provider: 'openai', note: '***' },
      message: 'Request processed',
    })
  })

  it('keeps forged lines inside their own', () => {
    const { lines, logger } = logged('text')
    logger.warning('a\nERROR forged')
    expect(lines.join('').match(/\n/g)).toHaveLength(1)
  })

  it('writes nothing below its level', () => {
    const { lines, logger } = logged('json')
    logger.debug('quiet')
    expect(lines).toEqual([])
  })

  it('survives a destination that fails', () => {
    const logger = createLogger({
      level: 'INFO',
      format: 'json',
      masker: createMasker(),
      write: () => {
        throw new Error('disk full')
      },
      now: () => 0,
    })
    expect(() => logger.info('x')).not.toThrow()
  })
})
