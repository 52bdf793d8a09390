// Prints the CPU time, all threads, that one call costs: taking it in, and that and writing it. Run: npx vitest bench usage-ledger
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { bench, describe } from 'vitest'
import { createReceiptStore } from '../receipts/receipt-store.ts'
import { drawMixedCalls } from './__fixtures__/mixed-calls.ts'
import { createUsageLedger } from './usage-ledger.ts'

const calls = drawMixedCalls(2000, 1, Date.UTC(2026, 0, 1)).map(({ receipt, owner }) => ({
  owner,
  receipt: { ...receipt, startedAtMs: receipt.startedAtMs % 3_600_000, endedAtMs: receipt.endedAtMs % 3_600_000 }, // of one hour, as they come
}))
const times = new Map<string, number[]>()

async function measure(name: string, work: () => Promise<void> | void): Promise<void> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  times.set(name, [...(times.get(name) ?? []), (user + system) / calls.length])
}

const directory = mkdtempSync(join(tmpdir(), 'proxyapi-bench-'))
const secret = 'a secret of the server'

describe('2,000 calls', () => {
  bench(
    'into ledger and receipts',
    async () => {
      const run = join(directory, String(times.get('ledger: record')?.length ?? 0))
      const deps = { now: () => 3_600_000, newId: () => 'x', setTimer: () => () => undefined }
      const ledger = createUsageLedger({ file: join(run, 'usage.db'), secret }, deps)
      const receipts = createReceiptStore({ file: join(run, 'receipts.db'), secret }, deps)
      await measure('ledger: record', () => {
        for (const { receipt, owner } of calls) ledger.record(receipt, owner)
      })
      await measure('ledger: write', ledger.flush)
      await measure('receipts: add', () => {
        for (const { receipt, owner } of calls) receipts.add(receipt, owner)
      })
      await measure('receipts: write', receipts.flush)
      await ledger.close()
      await receipts.close()
    },
    {
      iterations: 15,
      warmupIterations: 3,
      teardown: (_task, mode) => {
        if (mode !== 'run') return
        for (const [name, all] of times) {
          const sorted = all.toSorted((a, b) => a - b)
          process.stdout.write(`${name}: ${sorted[Math.floor(sorted.length / 2)]?.toFixed(1)} µs of CPU a call\n`)
        }
        rmSync(directory, { recursive: true, force: true })
      },
    },
  )
})
