import { describe, expect, it } from 'vitest'
import { createVirtualWorld } from './virtual-world.ts'
import { type PlannedClient, planClients, type Workload } from './workload.ts'

function plan(workload: Workload, count: number): PlannedClient[] {
  const clients: PlannedClient[] = []
  for (const client of planClients(workload, createVirtualWorld({ seed: 5 }).random)) {
    if (clients.push(client) === count) break
  }
  return clients
}

function share(clients: readonly PlannedClient[], is: (client: PlannedClient) => boolean): number {
  return clients.filter(is).length / clients.length
}

describe('a workload', () => {
  it('arrives at the given rate', () => {
    const clients = plan({ arrivals: { type: 'poisson', perSecond: 50 } }, 5_000)
    expect(Math.abs((clients.at(-1)?.atMs ?? 0) / 100_000 - 1)).toBeLessThan(0.05)
  })

  it('arrives in bursts', () => {
    const times = plan({ arrivals: { type: 'bursts', size: 3, everyMs: 100 } }, 7).map(({ atMs }) => atMs)
    expect(times).toEqual([0, 0, 0, 100, 100, 100, 200])
  })

  it('has the given shares', () => {
    const clients = plan({ streamShare: 0.7, leaving: { share: 0.2, afterMs: 5 }, slowReaders: { share: 0.1, pauseMs: 9 } }, 4_000)
    expect(share(clients, ({ request }) => request.stream === true)).toBeCloseTo(0.7, 1)
    expect(share(clients, ({ leaves }) => leaves !== undefined)).toBeCloseTo(0.2, 1)
    expect(share(clients, ({ pauseMs }) => pauseMs === 9)).toBeCloseTo(0.1, 1)
    expect(new Set(clients.map(({ leaves }) => leaves?.how))).toEqual(new Set([undefined, 'cancel', 'signal', 'return', 'freeze']))
  })

  it('keeps all other draws when one share changes', () => {
    const without = plan({}, 50)
    const leaving = plan({ leaving: { share: 0.5, afterMs: 10 } }, 50)
    expect(leaving.map(({ atMs, request }) => [atMs, request])).toEqual(without.map(({ atMs, request }) => [atMs, request]))
  })

  it('sends the given request', () => {
    const [client] = plan(
      { timeoutMs: 900, request: (_client, mark) => ({ model: 'mine', maxTokens: 5, messages: [{ role: 'user', content: mark }] }) },
      1,
    )
    expect(client).toMatchObject({ timeoutMs: 900, request: { model: 'mine', maxTokens: 5, messages: [{ content: 'client 0' }] } })
  })
})
