import { createEnvelopeCodec, jsonCodec } from '../../../cache/store/envelope.ts'
import { deflateCompressor } from '../compressor.ts'
import { createDiskStore } from '../disk-store.ts'
import { answerFor } from './answer-for.ts'

/** Writes answers for ever and says which ones are stored: a process to be killed in the middle of it. */
const [path = '', seed = '0'] = process.argv.slice(2)
const envelope = createEnvelopeCodec<string>({ codec: jsonCodec(), compressor: deflateCompressor, compressFromBytes: 1024 })
const store = createDiskStore<string>({ path, maxBytes: 20_000_000, envelope }, { now: () => Date.now() })

for (let turn = 0; ; turn++) {
  const keys = [0, 1, 2, 3].map((lane) => `k${(Number(seed) * 37 + turn * 4 + lane) % 300}`)
  await store.setMany?.(keys.map((key) => [key, answerFor(key, Date.now())]))
  process.stdout.write(`${keys.join(' ')}\n`)
}
