import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CacheEntry, isSelected } from './entry.ts'
import { type Compressor, createEnvelopeCodec, jsonCodec } from './envelope.ts'

const entry: CacheEntry<unknown> = {
  value: { text: 'hello '.repeat(300) },
  meta: { storedAtMs: 1, expiresAtMs: 2, costNanoUsd: 3, model: 'm', tags: ['t'] },
}

/** Halves runs; enough to tell compressed from plain. */
const runs: Compressor = {
  id: 7,
  compress: async (bytes) => bytes.slice(0, 40),
  decompress: async () => new TextEncoder().encode(JSON.stringify(entry.value)),
}
const plain = createEnvelopeCodec<unknown>({ codec: jsonCodec(), compressFromBytes: 1024 })

describe('an envelope', () => {
  it('gives back what was sealed, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.string(), async (value, key) => {
        const sealed = await plain.encode(key, { ...entry, value })
        const opened = await plain.decode(key, sealed)
        expect(opened?.value).toEqual(JSON.parse(JSON.stringify(value)))
        expect(opened?.meta).toEqual(entry.meta)
      }),
    )
  })

  it('does not open with a byte changed, cut, added, or under another key', async () => {
    const sealed = await plain.encode('k', entry)
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = sealed.slice()
        changed[at] = (changed[at] ?? 0) ^ flip
        expect(await plain.decode('k', changed)).toBeUndefined()
        expect(await plain.decode('k', sealed.slice(0, at))).toBeUndefined()
      }),
    )
    expect(await plain.decode('k', Uint8Array.of(...sealed, 0))).toBeUndefined()
    expect(await plain.decode('other', sealed)).toBeUndefined()
    expect(await plain.decode('k', new Uint8Array())).toBeUndefined()
  })

  it('compresses large bodies only, and only where it helps', async () => {
    const envelope = createEnvelopeCodec<unknown>({ codec: jsonCodec(), compressor: runs, compressFromBytes: 1024 })
    expect((await envelope.encode('k', entry)).length).toBeLessThan(200)
    const small = await envelope.encode('k', { ...entry, value: 'small' })
    expect(await plain.decode('k', small)).toMatchObject({ value: 'small' })
    const useless = createEnvelopeCodec<unknown>({
      codec: jsonCodec(),
      compressor: { ...runs, compress: async (bytes) => bytes },
      compressFromBytes: 1024,
    })
    expect(await plain.decode('k', await useless.encode('k', { ...entry }))).toEqual(entry)
  })

  it('misses what another codec has compressed, and what does not decompress', async () => {
    const sealed = await createEnvelopeCodec<unknown>({ codec: jsonCodec(), compressor: runs, compressFromBytes: 1024 }).encode('k', entry)
    expect(await plain.decode('k', sealed)).toBeUndefined()
    const broken = createEnvelopeCodec<unknown>({
      codec: jsonCodec(),
      compressor: { ...runs, decompress: () => Promise.reject(new Error('broken')) },
      compressFromBytes: 1024,
    })
    expect(await broken.decode('k', sealed)).toBeUndefined()
  })
})

describe('a selector', () => {
  it('without fields means every entry', () => {
    expect(isSelected({ model: 'm', tags: [] }, {})).toBe(true)
    expect(isSelected({ model: 'm', tags: [] }, { provider: 'p' })).toBe(false)
  })
})
