import { describe, expect, it } from 'vitest'
import { createYieldQueue } from './yield-queue.ts'

describe('turns', () => {
  it('wake one after the other, with a round of the event loop between', async () => {
    const nextTurn = createYieldQueue()
    const seen: string[] = []
    const waiting = ['a', 'b', 'c'].map((name) => nextTurn().then(() => seen.push(name)))
    const rounds = (async () => {
      for (let round = 1; round <= 3; round++) {
        await new Promise((resolve) => setImmediate(resolve))
        seen.push(String(round))
      }
    })()
    await Promise.all([...waiting, rounds])
    expect(seen).toEqual(['a', '1', 'b', '2', 'c', '3'])
  })

  it('go round among tenants, however much one of them waits for', async () => {
    const nextTurn = createYieldQueue()
    const seen: string[] = []
    const take = (tenant: string) => nextTurn(tenant).then(() => seen.push(tenant))
    await Promise.all(['busy', 'busy', 'busy', 'busy', 'other', 'third'].map(take))
    expect(seen).toEqual(['busy', 'other', 'third', 'busy', 'busy', 'busy'])
  })

  it('can be taken again and again', async () => {
    const nextTurn = createYieldQueue()
    let turns = 0
    for (; turns < 100; turns++) await nextTurn()
    expect(turns).toBe(100)
  })
})
