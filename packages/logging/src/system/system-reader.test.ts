import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createMetrics } from '../metrics/metrics.ts'
import { readNetwork } from './machine-readings.ts'
import { parseNetworkDevices } from './network-devices.ts'
import { createSystemReader } from './system-reader.ts'

const table = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:    1536      20    0    0    0     0          0         0     1536      20    0    0    0     0       0          0
  eth0: 1234567     890    0    0    0     0          0         0   765432     567    0    0    0     0       0          0
wlan0:99 1 0 0 0 0 0 0 88 1 0 0 0 0 0 0
broken: 12
`

async function valuesOf(folder: string): Promise<ReadonlyMap<string, number>> {
  const system = createSystemReader({ folder, now: () => 1_700_000_000_000 })
  const readings = await system.read()
  system.close()
  return new Map(readings.map(({ name, value }) => [name, value]))
}

describe('the system reader', () => {
  it('tells plausible values of this process and machine', async () => {
    const values = await valuesOf(tmpdir())
    const above = ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'nodejs_heap_used_bytes', 'system_memory_available_bytes']
    for (const name of [...above, 'system_cpus', 'disk_size_bytes', 'disk_free_bytes']) expect(values.get(name), name).toBeGreaterThan(0)
    const pairs = [
      ['nodejs_heap_used_bytes', 'nodejs_heap_limit_bytes'],
      ['system_memory_available_bytes', 'system_memory_total_bytes'],
      ['disk_free_bytes', 'disk_size_bytes'],
      ['nodejs_eventloop_lag_mean_seconds', 'nodejs_eventloop_lag_p99_seconds'],
    ] as const
    for (const [less, more] of pairs) expect(values.get(less), less).toBeLessThanOrEqual(values.get(more) ?? 0)
    expect(values.get('nodejs_eventloop_utilization_ratio')).toBeLessThanOrEqual(1)
    expect(values.get('process_start_time_seconds')).toBeLessThanOrEqual(1_700_000_000)
  })

  it('leaves out the disk of a folder that is not there, and nothing else', async () => {
    const values = await valuesOf(join(tmpdir(), 'no-such-folder'))
    expect(values.has('disk_free_bytes')).toBe(false)
    expect(values.has('process_resident_memory_bytes')).toBe(true)
  })

  it('fills the gauges of the metrics', async () => {
    const metrics = createMetrics()
    const system = createSystemReader()
    metrics.addGauges(system.read)
    expect(await metrics.prometheus()).toMatch(/\nprocess_resident_memory_bytes \d+\n/)
    expect((await metrics.snapshot()).system['system_cpus']).toBeGreaterThan(0)
    system.close()
  })
})

describe('network devices', () => {
  it('are told with their bytes, the loopback left out', () => {
    expect(parseNetworkDevices(table)).toEqual([
      { name: 'network_receive_bytes_total', labels: { device: 'eth0' }, value: 1_234_567 },
      { name: 'network_transmit_bytes_total', labels: { device: 'eth0' }, value: 765_432 },
      { name: 'network_receive_bytes_total', labels: { device: 'wlan0' }, value: 99 },
      { name: 'network_transmit_bytes_total', labels: { device: 'wlan0' }, value: 88 },
    ])
  })

  it('are none where the system has no such table', async () => {
    expect(await readNetwork(join(tmpdir(), 'no-such-file'))).toEqual([])
  })
})
