import { type Logger as PinoLogger, pino } from 'pino'
import { systemDeps } from '../deps.ts'
import { maskPlain } from '../masking/mask-value.ts'
import { createMasker, type Masker } from '../masking/masker.ts'
import { fromPinoLevel, type LogLevel, type PinoLevel, toPinoLevel } from './log-level.ts'
import { maskLine, toTextLine } from './log-line.ts'

/** What a line tells besides its message. Names of fields are kept, values masked. */
export type LogData = Readonly<Record<string, unknown>>

/** Writes one line. */
export type WriteLog = (message: string, data?: LogData) => void

/** Structured lines: a message and its data. Never throws, whatever becomes of the line. */
export interface Logger {
  readonly trace: WriteLog
  readonly debug: WriteLog
  readonly info: WriteLog
  readonly warn: WriteLog
  /** The same as `warn`, by the name that the level has in the configuration. */
  readonly warning: WriteLog
  readonly error: WriteLog
  /** A logger that adds the given data to each of its lines; a line's own data wins. */
  readonly child: (data: LogData) => Logger
  /** Lines lost so far, children's included, because they could not be made or the destination failed. */
  readonly dropped: () => number
}

/** The level, fields and masking of a logger. */
export interface LoggerOptions {
  /** The least level that is written. Default: `INFO`. */
  readonly level?: LogLevel | Lowercase<LogLevel> | undefined
  /** `json`: one object a line, for machines; `text`: one readable line, for people. Default: `json`. */
  readonly format?: 'json' | 'text' | undefined
  /** Default: one that knows secrets by shape only. */
  readonly masker?: Masker | undefined
  /** Receives whole lines, newline included. One that throws or rejects loses the line and nothing else. */
  readonly write: (line: string) => unknown
  /** Unix milliseconds. Default: the system's clock. */
  readonly now?: (() => number) | undefined
}

interface Sink {
  readonly pino: PinoLogger
  readonly drop: () => void
  readonly dropped: () => number
}

function createPino(level: PinoLevel, now: () => number, write: (line: string) => void): PinoLogger {
  return pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"timestamp":"${new Date(now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: fromPinoLevel(label) }) },
    },
    { write },
  )
}

function createSink(options: LoggerOptions): Sink {
  const { level = 'INFO', format = 'json', masker = createMasker(), now = systemDeps.now } = options
  let lost = 0
  const drop = (): void => {
    lost += 1
  }
  const write = (line: string): void => {
    const masked = maskLine(line, masker)
    const result = options.write(format === 'json' ? masked : toTextLine(masked))
    if (result instanceof Promise) result.catch(drop)
  }
  return { pino: createPino(toPinoLevel(level), now, write), drop, dropped: () => lost }
}

/** Errors, maps, dates and cycles as plain data; what stands under the name of a secret is hidden here, the rest with the line. */
function toPlainData(data: LogData): unknown {
  return maskPlain(data, (text) => text)
}

function createView(sink: Sink, bound: LogData | undefined): Logger {
  const at =
    (level: PinoLevel): WriteLog =>
    (message, data) => {
      if (!sink.pino.isLevelEnabled(level)) return
      try {
        if (bound === undefined && data === undefined) sink.pino[level](message)
        else sink.pino[level]({ extra_data: toPlainData({ ...bound, ...data }) }, message)
      } catch {
        sink.drop() // a log that can't be written must not fail the request it tells of
      }
    }
  const warn = at('warn')
  return {
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn,
    warning: warn,
    error: at('error'),
    child: (data) => createView(sink, { ...bound, ...data }),
    dropped: sink.dropped,
  }
}

/**
 * A logger that writes one line a call, with every string masked and no control character left in it.
 *
 * @example
 * const logger = createLogger({ level: 'INFO', write: (line) => process.stdout.write(line) })
 * logger.info('Request processed', { provider: 'openai', latency_ms: 245 })
 * // {"level":"INFO","timestamp":"…","extra_data":{"provider":"openai","latency_ms":245},"message":"Request processed"}
 */
export function createLogger(options: LoggerOptions): Logger {
  return createView(createSink(options), undefined)
}
