/** How much a line matters, least first. `TRACE` is below what the configuration offers. */
export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR'

/** The names of pino's levels that are used here. */
export type PinoLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error'

const pinoLevels: Readonly<Record<LogLevel, PinoLevel>> = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARNING: 'warn', ERROR: 'error' }
const levelNames: Readonly<Record<PinoLevel, LogLevel>> = { trace: 'TRACE', debug: 'DEBUG', info: 'INFO', warn: 'WARNING', error: 'ERROR' }

/** Whether a text is the name of a level, in capitals or small letters: for reading `LOG_LEVEL` and the configuration. */
export function isLogLevel(name: string): name is LogLevel | Lowercase<LogLevel> {
  return Object.hasOwn(pinoLevels, name.toUpperCase())
}

/** The pino level of a name in any case; a name that is none counts as `INFO`. */
export function toPinoLevel(name: string): PinoLevel {
  const level = name.toUpperCase()
  return Object.hasOwn(pinoLevels, level) ? pinoLevels[level as LogLevel] : 'info' // a key of the table, as just seen
}

/** The name of a pino level as a line shows it. */
export function fromPinoLevel(level: string): LogLevel {
  return Object.hasOwn(levelNames, level) ? levelNames[level as PinoLevel] : 'INFO' // a key of the table, as just seen
}
