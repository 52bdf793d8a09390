/*
 * Which codec packs stored answers best for its time, and from which size on it is worth it: CPU time and size of answers
 * as the cache stores them.
 *
 *   node packages/context/bench/compression.mjs
 */
import { readFileSync } from 'node:fs'
import zlib from 'node:zlib'

const prose = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const brotli = (quality) => ({ params: { [zlib.constants.BROTLI_PARAM_QUALITY]: quality } })
const codecs = {
  'deflate 1': [(bytes) => zlib.deflateRawSync(bytes, { level: 1 }), zlib.inflateRawSync],
  'deflate 6': [(bytes) => zlib.deflateRawSync(bytes, { level: 6 }), zlib.inflateRawSync],
  'gzip 1': [(bytes) => zlib.gzipSync(bytes, { level: 1 }), zlib.gunzipSync],
  'brotli 1': [(bytes) => zlib.brotliCompressSync(bytes, brotli(1)), zlib.brotliDecompressSync],
  'brotli 4': [(bytes) => zlib.brotliCompressSync(bytes, brotli(4)), zlib.brotliDecompressSync],
}

function answerOf(characters) {
  const choice = { index: 0, text: prose.slice(0, characters), reasoning: [], toolCalls: [], finish: { reason: 'stop', native: 'stop' } }
  const usage = { inputTokens: 12, outputTokens: 300, totalTokens: 312 }
  return Buffer.from(JSON.stringify({ type: 'whole', response: { id: 'chatcmpl-9x8a7b6c5d', model: 'gpt-4o', choices: [choice], usage } }))
}

function microseconds(work, rounds = 400) {
  for (let warm = 0; warm < 50; warm++) work()
  const before = process.cpuUsage()
  for (let round = 0; round < rounds; round++) work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / rounds
}

for (const characters of [500, 1000, 2000, 4000, 8000, 16_000]) {
  const bytes = answerOf(characters)
  console.log(`\n${bytes.length} bytes`)
  console.table(
    Object.entries(codecs).map(([codec, [pack, unpack]]) => {
      const packed = pack(bytes)
      return {
        codec,
        packed: packed.length,
        'pack µs': microseconds(() => pack(bytes)).toFixed(0),
        'unpack µs': microseconds(() => unpack(packed)).toFixed(0),
      }
    }),
  )
}
