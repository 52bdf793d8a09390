import type { CliContext } from './process.ts'

/** Colours for a text; none of them where nobody looks. */
export interface Paint {
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly warn: (text: string) => string
  readonly dim: (text: string) => string
}

function sgr(code: number): (text: string) => string {
  return (text) => `\u001b[${code}m${text}\u001b[0m`
}

const plain = (text: string): string => text

/** Colours on a terminal alone, and not where `NO_COLOR` is set (no-color.org) or the terminal is a dumb one. */
export function createPaint({ isTerminal, env }: Pick<CliContext, 'isTerminal' | 'env'>): Paint {
  const isPainted = isTerminal === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
  if (!isPainted) return { good: plain, bad: plain, warn: plain, dim: plain }
  return { good: sgr(32), bad: sgr(31), warn: sgr(33), dim: sgr(2) }
}

/** Rows under each other, each column as wide as its widest cell. */
export function toTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

/** A value as a command prints it for programs. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
