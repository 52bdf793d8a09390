import { pino } from 'pino'
import type { Masker } from '../masking/masker.ts'

export type LogLevel = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR'

/** Structured lines: a message and its data. Never throws, whatever becomes of the line. */
export interface Logger {
  readonly debug: (message: string, data?: Readonly<Record<string, unknown>>) => void
  readonly info: (message: string, data?: Readonly<Record<string, unknown>>) => void
  readonly warning: (message: string, data?: Readonly<Record<string, unknown>>) => void
  readonly error: (message: string, data?: Readonly<Record<string, unknown>>) => void
}

export interface LoggerOptions {
  readonly level: LogLevel
  /** `json`: one object a line; `text`: one readable line. */
  readonly format: 'json' | 'text'
  readonly masker: Masker
  /** Receives whole lines. A failing destination loses the line and nothing else. */
  readonly write: (line: string) => void
  /** Unix milliseconds. */
  readonly now: () => number
}

const pinoLevels: Readonly<Record<LogLevel, string>> = { DEBUG: 'debug', INFO: 'info', WARNING: 'warn', ERROR: 'error' }
const names: Readonly<Record<string, LogLevel>> = { debug: 'DEBUG', info: 'INFO', warn: 'WARNING', error: 'ERROR' }

function toText(line: string): string {
  const record = JSON.parse(line) as { timestamp: string; level: string; message: string; extra_data?: Record<string, unknown> } // our own line, made by pino below
  const data = Object.entries(record.extra_data ?? {}).map(
    ([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  // Control characters could forge lines or move a terminal's cursor.
  return `${`${record.timestamp} ${record.level.padEnd(7)} ${record.message}${data.join('')}`.replace(/[\u0000-\u001f\u007f]/g, ' ')}\n`
}

/** A logger over pino, with every string masked before it is written. */
export function createLogger(options: LoggerOptions): Logger {
  const { masker, format, now } = options
  const destination = {
    write: (line: string): void => {
      try {
        // The whole line at once: masking keeps JSON what it is, since no pattern reaches beyond a string.
        const masked = masker.mask(line)
        options.write(format === 'json' ? masked : toText(masked))
      } catch {
        // A log that cannot be written must not fail the request it tells of.
      }
    },
  }
  const logger = pino(
    {
      level: pinoLevels[options.level],
      base: null,
      messageKey: 'message',
      timestamp: () => `,"timestamp":"${new Date(now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: names[label] ?? 'INFO' }) },
    },
    destination,
  )
  const log =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, data?: Readonly<Record<string, unknown>>): void => {
      if (!logger.isLevelEnabled(level)) return
      if (data === undefined) logger[level](message)
      else logger[level]({ extra_data: data }, message)
    }
  return { debug: log('debug'), info: log('info'), warning: log('warn'), error: log('error') }
}
