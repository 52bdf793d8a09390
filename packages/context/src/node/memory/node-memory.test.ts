import { afterEach, describe, expect, it } from 'vitest'
import { groupAndAncestors, parseBytes, parseMembership, parseStat, readCgroupMemory } from './cgroup.ts'
import { createMemoryReader } from './memory-reader.ts'
import { nodeMemory } from './node-memory.ts'

const MiB = 1024 * 1024
const files = (contents: Record<string, string>) => (path: string) => contents[path]

describe('reading the membership of control groups', () => {
  it.each([
    ['the unified hierarchy', '0::/system.slice/app.service\n', { version: 2, path: '/system.slice/app.service' }],
    ['a container with its own namespace', '0::/\n', { version: 2, path: '/' }],
    ['the memory controller of v1', '9:cpu:/x\n4:memory:/docker/abc\n0::/\n', { version: 1, path: '/docker/abc' }],
    ['v1 controllers mounted together', '4:cpuset,memory:/a:b\n', { version: 1, path: '/a:b' }],
    ['a v1 system without memory control', '9:cpu:/x\n', undefined],
    ['a system without control groups', '', undefined],
  ])('knows %s', (_, text, expected) => {
    expect(parseMembership(text)).toEqual(expected)
  })
})

describe('reading figures of control groups', () => {
  it.each([
    ['536870912\n', 536_870_912],
    ['0\n', 0],
    ['max\n', undefined],
    ['9223372036854771712\n', undefined],
    ['18446744073709551615\n', undefined],
    ['', undefined],
    ['12 kB\n', undefined],
    [undefined, undefined],
  ])('takes %j for %s bytes', (text, expected) => {
    expect(parseBytes(text)).toBe(expected)
  })

  it('finds a line of memory.stat by its whole name', () => {
    const stat = 'total_inactive_file 9\ninactive_file_extra 8\ninactive_file 7\n'
    expect([parseStat(stat, 'inactive_file'), parseStat(stat, 'total_inactive_file'), parseStat(stat, 'file')]).toEqual([7, 9, undefined])
  })

  it.each([
    ['/', ['']],
    ['/a/b', ['/a/b', '/a', '']],
    ['/../../a', ['/a', '']],
  ])('walks up from %s to the root', (path, expected) => {
    expect(groupAndAncestors(path)).toEqual(expected)
  })
})

describe('the limit of a control group', () => {
  it('is the tightest on the way up, with the usage of the group that sets it', () => {
    const memory = readCgroupMemory(
      files({
        '/proc/self/cgroup': '0::/pod/app\n',
        '/sys/fs/cgroup/pod/app/memory.max': 'max\n',
        '/sys/fs/cgroup/pod/app/memory.current': '1\n',
        '/sys/fs/cgroup/pod/memory.max': `${512 * MiB}\n`,
        '/sys/fs/cgroup/pod/memory.high': `${400 * MiB}\n`,
        '/sys/fs/cgroup/pod/memory.current': `${300 * MiB}\n`,
        '/sys/fs/cgroup/pod/memory.stat': `anon 5\ninactive_file ${100 * MiB}\n`,
      }),
    )
    expect(memory).toEqual({ source: 'cgroup-v2', limitBytes: 400 * MiB, workingSetBytes: 200 * MiB })
  })

  it('is found at the mounted root when a container of v1 sees the path of its host', () => {
    const memory = readCgroupMemory(
      files({
        '/proc/self/cgroup': '4:memory:/docker/abc\n',
        '/sys/fs/cgroup/memory/memory.limit_in_bytes': `${256 * MiB}\n`,
        '/sys/fs/cgroup/memory/memory.usage_in_bytes': `${128 * MiB}\n`,
      }),
    )
    expect(memory).toEqual({ source: 'cgroup-v1', limitBytes: 256 * MiB, workingSetBytes: 128 * MiB })
  })

  it.each([
    ['without control groups', {}],
    ['when no group sets one', { '/proc/self/cgroup': '0::/a\n', '/sys/fs/cgroup/a/memory.max': 'max\n' }],
  ])('is absent %s', (_, contents) => {
    expect(readCgroupMemory(files(contents))).toBeUndefined()
  })
})

describe('a memory reader', () => {
  const usage = () => ({ rss: 90, heapUsed: 50, heapTotal: 60, external: 10, arrayBuffers: 5 })
  const group = (limit: string) => files({ '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/memory.max': limit })
  const read = (limit: string) =>
    createMemoryReader({ usage, heapLimitBytes: () => 80, machineBytes: () => 1_000, readText: group(limit) })()

  it('measures by the limit of the container, and by the resident set where the container tells no usage', () => {
    expect(read('200')).toEqual({
      heapUsedBytes: 50,
      heapTotalBytes: 60,
      heapLimitBytes: 80,
      externalBytes: 10,
      rssBytes: 90,
      usedBytes: 90,
      limitBytes: 200,
      limitSource: 'cgroup-v2',
    })
  })

  it.each(['max', '2000'])('measures by the machine when the limit of the container is %s', (limit) => {
    expect(read(limit)).toMatchObject({ limitBytes: 1_000, limitSource: 'machine', usedBytes: 90 })
  })
})

describe('the memory of this very process', () => {
  const { read, collectGarbage, watchCollections } = nodeMemory()
  let stop: (() => void) | undefined
  afterEach(() => stop?.())

  it('reads as plausible figures', () => {
    const { heapUsedBytes, heapTotalBytes, heapLimitBytes, usedBytes, limitBytes, rssBytes } = read()
    expect(heapUsedBytes).toBeGreaterThan(MiB)
    expect(heapTotalBytes).toBeGreaterThan(MiB)
    expect(heapLimitBytes).toBeGreaterThanOrEqual(heapUsedBytes)
    expect(rssBytes).toBeGreaterThan(10 * MiB)
    expect(usedBytes).toBeGreaterThan(0)
    expect(limitBytes).toBeGreaterThan(rssBytes / 2)
  })

  it('frees the memory of dead buffers by the time that a collection returns', () => {
    const ballast = Array.from({ length: 1_000 }, () => Buffer.alloc(40_000, 1))
    const held = read().externalBytes
    ballast.length = 0
    collectGarbage()
    expect(held - read().externalBytes).toBeGreaterThan(20 * MiB)
  })

  it('frees what nothing refers to when garbage is collected, and is told of the collection', async () => {
    const told = new Promise<void>((resolve) => {
      stop = watchCollections(resolve)
    })
    const ballast = Array.from({ length: 4_000 }, () => Array.from({ length: 1_000 }, (_, index) => index + 0.5))
    const held = read().heapUsedBytes
    ballast.length = 0
    collectGarbage()
    expect(held - read().heapUsedBytes).toBeGreaterThan(20 * MiB)
    await told
  })
})
