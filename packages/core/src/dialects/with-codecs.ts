import type { Dialect, OperationCodecs } from './dialect.ts'

/** A dialect as one vendor speaks it: with operations of the vendor's own beside, or in place of, those of the dialect. */
export function withCodecs(dialect: Dialect, codecs: OperationCodecs): Dialect {
  return { ...dialect, codecs: { ...dialect.codecs, ...codecs } }
}
