import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSemanticIndex, type SemanticIndexOptions } from './semantic-index.ts'

function indexAt(nowMs: number, options: SemanticIndexOptions = {}) {
  const time = { nowMs }
  return { time, index: createSemanticIndex({ threshold: 0.9, ...options }, { now: () => time.nowMs }) }
}

const entry = (key: string, vector: readonly number[], expiresAtMs = 1_000) => ({ key, vector, expiresAtMs })

describe('a semantic index', () => {
  it('finds the nearest entry above the threshold, with its cosine', () => {
    const { index } = indexAt(0)
    index.add('a', entry('east', [1, 0]))
    index.add('a', entry('north-east', [3, 1]))
    expect(index.nearest('a', [8, 1])).toEqual({ key: 'east', similarity: expect.closeTo(8 / Math.sqrt(65), 5) })
    expect(index.nearest('a', [2, 1])).toMatchObject({ key: 'north-east' })
    expect(index.nearest('a', [0, 1])).toBeUndefined()
  })

  it('finds nothing in a scope that has nothing', () => {
    const { index } = indexAt(0)
    expect(index.nearest('a', [1, 0])).toBeUndefined()
    index.add('a', entry('x', [1, 0]))
    expect(index.nearest('b', [1, 0])).toBeUndefined()
  })

  it('takes the next nearest when the nearest is not accepted, and asks of eight at most', () => {
    const { index } = indexAt(0)
    for (let step = 0; step < 20; step++) index.add('a', { ...entry(`k${step}`, [1, step / 100]), text: String(step) })
    const asked: (string | undefined)[] = []
    expect(index.nearest('a', [1, 0], (text) => text === '3')?.key).toBe('k3')
    index.nearest('a', [1, 0], (text) => asked.push(text) < 0)
    expect(asked).toEqual(['0', '1', '2', '3', '4', '5', '6', '7'])
  })

  it('is not turned by what expired: the nearest living entry is found behind it', () => {
    const { index, time } = indexAt(0)
    for (let step = 0; step < 9; step++) index.add('a', entry(`old${step}`, [1, step / 1_000], 100))
    index.add('a', entry('young', [1, 0.1], 200))
    time.nowMs = 100
    expect(index.nearest('a', [1, 0])?.key).toBe('young')
    expect(index.purgeExpired()).toBeGreaterThan(0)
    expect(index.figures()).toMatchObject({ entries: 1, evictions: 0 })
  })

  it('replaces an entry of the same key, whatever its scope', () => {
    const { index } = indexAt(0)
    index.add('a', entry('x', [1, 0]))
    index.add('b', entry('x', [0, 1]))
    expect([index.nearest('a', [1, 0]), index.nearest('b', [0, 1])?.key, index.figures().entries]).toEqual([undefined, 'x', 1])
  })

  it('evicts what was of use longest ago, but what has expired before that', () => {
    const { index, time } = indexAt(0, { maxEntries: 2 })
    index.add('a', entry('x', [1, 0]))
    index.add('a', entry('y', [0, 1]))
    index.nearest('a', [1, 0])
    index.add('a', entry('z', [-1, 0], 50))
    expect([index.nearest('a', [0, 1]), index.nearest('a', [1, 0])?.key]).toEqual([undefined, 'x'])
    time.nowMs = 50
    index.add('a', entry('w', [0, -1]))
    expect([index.nearest('a', [1, 0])?.key, index.nearest('a', [0, -1])?.key, index.figures().evictions]).toEqual(['x', 'w', 1])
  })

  it('gives up a share of its entries, the oldest first, and says how many bytes that was', () => {
    const { index } = indexAt(0)
    for (let step = 0; step < 4; step++) index.add('a', entry(`k${step}`, [1, step]))
    const { bytes } = index.figures()
    expect(index.shed(0.5)).toBe(bytes / 2)
    expect([index.nearest('a', [1, 0]), index.nearest('a', [1, 3])?.key]).toEqual([undefined, 'k3'])
    expect([index.shed(7), index.shed(1), index.figures().bytes]).toEqual([bytes / 2, 0, 0])
  })

  it('removes by key, and clears', () => {
    const { index } = indexAt(0)
    index.add('a', entry('x', [1, 0]))
    expect([index.remove('x'), index.remove('x'), index.nearest('a', [1, 0])]).toEqual([true, false, undefined])
    index.add('a', entry('y', [1, 0]))
    index.clear()
    expect([index.nearest('a', [1, 0]), index.figures()]).toEqual([
      undefined,
      { entries: 0, maxEntries: 2_000, bytes: 0, dimensions: undefined, evictions: 0 },
    ])
  })

  it('keeps a copy of a vector', () => {
    const { index } = indexAt(0)
    const vector = new Float32Array([1, 0])
    index.add('a', { key: 'x', vector, expiresAtMs: 1 })
    vector.set([0, 1])
    expect(index.nearest('a', [1, 0])?.similarity).toBe(1)
  })

  it('takes vectors of another length once it is empty', () => {
    const { index } = indexAt(0)
    index.add('a', entry('x', [1, 0]))
    index.remove('x')
    index.add('a', entry('y', [1, 0, 0]))
    expect([index.nearest('a', [1, 0, 0])?.key, index.figures().dimensions]).toEqual(['y', 3])
  })

  it.each([
    [[1, 2, 3], 'vector has 3 dimensions; allowed are 2'],
    [[], 'vector has 0 dimensions; allowed are 2'],
    [[0, 0], 'vector has the length 0; allowed is a positive, finite one'],
    [[1, Number.NaN], 'vector has the length NaN; allowed is a positive, finite one'],
    [[1, Number.POSITIVE_INFINITY], 'vector has the length Infinity; allowed is a positive, finite one'],
  ])('refuses the vector %j', (vector, message) => {
    const { index } = indexAt(0, { dimensions: 2 })
    const refusal = expect.objectContaining({ message, code: 'invalid_request', brand: '@proxyapi/error' })
    expect(() => index.add('a', entry('x', vector))).toThrow(refusal)
    expect(() => index.nearest('a', vector)).toThrow(refusal)
  })

  it.each([
    [{ maxEntries: 0 }, 'maxEntries is 0; allowed is a number from 1 to 1000000'],
    [{ threshold: 1.1 }, 'threshold is 1.1; allowed is a number from 0 to 1'],
    [{ threshold: Number.NaN }, 'threshold is NaN; allowed is a number from 0 to 1'],
    [{ dimensions: 0 }, 'dimensions is 0; allowed is a number from 1 to 65536'],
  ])('refuses the options %j', (options, message) => {
    expect(() => createSemanticIndex(options)).toThrow(expect.objectContaining({ message, code: 'invalid_config' }))
  })
})

describe('whatever is done to a semantic index', () => {
  const scope = fc.constantFrom('a', 'b', 'c')
  const coordinate = fc.integer({ min: -5, max: 5 })
  const vector = fc.tuple(coordinate, coordinate, fc.constantFrom(-1, 1, 2))
  const step = fc.oneof(
    fc.record({ type: fc.constant('add' as const), scope, key: fc.nat(12), vector, ttlMs: fc.nat(20) }),
    fc.record({ type: fc.constant('ask' as const), scope, vector }),
    fc.record({ type: fc.constant('remove' as const), key: fc.nat(12) }),
    fc.record({ type: fc.constant('wait' as const), ms: fc.nat(8) }),
    fc.record({ type: fc.constant('shed' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  )
  const cosine = (a: readonly number[], b: readonly number[]) => {
    const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, value, index) => sum + value * (y[index] ?? 0), 0)
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
  }

  it('is bounded, crosses no scope, returns nothing expired or removed, and finds what a plain search finds', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const maxEntries = 6
        const { index, time } = indexAt(0, { maxEntries })
        // What may be found; what was evicted or shed is found missing and leaves the model, too.
        const model = new Map<string, { scope: string; vector: readonly number[]; expiresAtMs: number }>()
        for (const action of steps) {
          if (action.type === 'wait') time.nowMs += action.ms
          if (action.type === 'shed') index.shed(action.share)
          if (action.type === 'remove') {
            index.remove(String(action.key))
            model.delete(String(action.key))
          }
          if (action.type === 'add') {
            const added = { scope: action.scope, vector: action.vector, expiresAtMs: time.nowMs + action.ttlMs }
            index.add(action.scope, { key: String(action.key), ...added })
            model.set(String(action.key), added)
          }
          if (action.type === 'ask') {
            const match = index.nearest(action.scope, action.vector)
            const indexed = match && model.get(match.key)
            if (match === undefined) continue
            expect(indexed?.scope).toBe(action.scope)
            expect(indexed?.expiresAtMs).toBeGreaterThan(time.nowMs)
            expect(match.similarity).toBeCloseTo(cosine(indexed?.vector ?? [], action.vector), 5)
            expect(match.similarity).toBeGreaterThanOrEqual(0.9)
          }
          expect(index.figures().entries).toBeLessThanOrEqual(maxEntries)
        }
        for (const key of model.keys()) index.remove(key)
        expect(index.figures()).toMatchObject({ entries: 0, bytes: 0 })
      }),
    )
  })

  it('finds exactly what a search through all entries of the scope finds', () => {
    const vectors = fc.array(fc.record({ scope, vector }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(vectors, fc.record({ scope, vector }), (entries, question) => {
        const { index } = indexAt(0)
        for (const [key, { scope: where, vector: what }] of entries.entries()) index.add(where, entry(String(key), what))
        const similarities = entries.filter((one) => one.scope === question.scope).map((one) => cosine(one.vector, question.vector))
        const best = Math.max(-1, ...similarities)
        const found = index.nearest(question.scope, question.vector)?.similarity
        if (Math.abs(best - 0.9) > 1e-6) expect(found).toEqual(best > 0.9 ? expect.closeTo(best, 5) : undefined)
      }),
    )
  })
})
