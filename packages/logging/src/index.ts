export { createLineBuffer, type LineBuffer, type LineBufferOptions } from './logger/line-buffer.ts'
export { createLogger, type Logger, type LoggerOptions, type LogLevel } from './logger/logger.ts'
export { createMasker, type Masker, type MaskerOptions } from './masking/masker.ts'
