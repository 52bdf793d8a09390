import type { Masker } from '../masking/masker.ts'

/** One line's content, in the fields of the product's log format. */
interface LogRecord {
  readonly timestamp: string
  readonly level: string
  readonly message: string
  readonly extra_data?: Readonly<Record<string, unknown>>
}

/*
 * Characters that end a line or move a terminal's cursor but that JSON lets stand (DEL, C1, U+2028 and U+2029), and those that turn the
 * direction of writing, by which a line can be made to look like another.
 */
const unescapedControls = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g
const allControls = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g

function escapeControl(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

export function escapeControls(line: string): string {
  return line.replace(unescapedControls, escapeControl)
}

/**
 * A JSON line without secrets. Most lines have none and no escapes, and masking the whole line tells so at once. One that has either is taken
 * apart: an escape may hide a secret's shape, and what comes out is JSON for certain.
 */
export function maskLine(line: string, masker: Masker): string {
  const isPlain = !line.includes('\\') && masker.mask(line) === line
  return escapeControls(isPlain ? line : `${JSON.stringify(masker.maskValue(JSON.parse(line)))}\n`)
}

function toTextValue(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)
}

/** A JSON line of the logger, as one readable line: time, level, message, `key=value` pairs. */
export function toTextLine(line: string): string {
  const record = JSON.parse(line) as LogRecord // written by the logger itself
  const data = Object.entries(record.extra_data ?? {}).map(([key, value]) => ` ${key}=${toTextValue(value)}`)
  return `${`${record.timestamp} ${record.level.padEnd(7)} ${record.message}${data.join('')}`.replace(allControls, ' ')}\n`
}
