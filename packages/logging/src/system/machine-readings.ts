import { readFile, statfs } from 'node:fs/promises'
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os'
import process from 'node:process'
import type { Reading } from '../metrics/readings.ts'
import { parseNetworkDevices } from './network-devices.ts'

/** What a container may still take, where Node knows (20.13); else what the machine has. */
function availableBytes(): number {
  return 'availableMemory' in process ? process.availableMemory() : freemem()
}

/** The machine's processors and memory; a container's where it has a limit of its own. */
export function readMachine(): readonly Reading[] {
  const limit = process.constrainedMemory()
  const total = limit > 0 && limit < totalmem() ? limit : totalmem()
  return [
    { name: 'system_cpus', value: availableParallelism() },
    { name: 'system_load1', value: loadavg()[0] ?? 0 },
    { name: 'system_memory_total_bytes', value: total },
    { name: 'system_memory_available_bytes', value: Math.min(total, availableBytes()) },
  ]
}

/** Room on the file system of a folder. */
export async function readDisk(folder: string): Promise<readonly Reading[]> {
  const { bsize, blocks, bavail } = await statfs(folder)
  return [
    { name: 'disk_size_bytes', value: blocks * bsize },
    { name: 'disk_free_bytes', value: bavail * bsize },
  ]
}

/** Bytes over the network; nothing where the system does not tell (only Linux has `/proc/net/dev`). */
export async function readNetwork(file = '/proc/net/dev'): Promise<readonly Reading[]> {
  try {
    return parseNetworkDevices(await readFile(file, 'utf8'))
  } catch {
    return []
  }
}
