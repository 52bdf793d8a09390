import { promisify } from 'node:util'
import { deflateRaw, inflateRaw } from 'node:zlib'
import type { SummaryCodec } from '../summary-cache/create-summary-cache.ts'

const deflateAsync = promisify(deflateRaw)
const inflateAsync = promisify(inflateRaw)

/** Compresses summaries with Node's zlib, off the event loop. */
export const deflateCodec: SummaryCodec = {
  compress: (bytes) => deflateAsync(bytes),
  decompress: (bytes) => inflateAsync(bytes),
}
