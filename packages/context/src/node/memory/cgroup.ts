/** Where a process stands in Linux's control groups, as far as memory goes. */
export interface CgroupMembership {
  readonly version: 1 | 2
  /** Relative to the root of the hierarchy, as the process sees it. */
  readonly path: string
}

/** A memory limit set by a control group. */
export interface CgroupMemory {
  readonly source: 'cgroup-v1' | 'cgroup-v2'
  readonly limitBytes: number
  /** What the group holds and can't give back at once; `undefined` when the group does not say. */
  readonly workingSetBytes: number | undefined
}

/** Reads a small text file; `undefined` when there is none, or it may not be read. */
export type ReadText = (path: string) => string | undefined

interface Hierarchy {
  readonly source: CgroupMemory['source']
  readonly root: string
  readonly limits: readonly string[]
  readonly usage: string
  /** The line of `memory.stat` with the file cache that the kernel drops first. */
  readonly inactiveFile: string
}

/** Linux, Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst. Where both are mounted, v1 owns the controller. */
const hierarchies: Record<CgroupMembership['version'], Hierarchy> = {
  1: {
    source: 'cgroup-v1',
    root: '/sys/fs/cgroup/memory',
    limits: ['memory.limit_in_bytes'],
    usage: 'memory.usage_in_bytes',
    inactiveFile: 'total_inactive_file',
  },
  2: {
    source: 'cgroup-v2',
    root: '/sys/fs/cgroup',
    // Over `high` the kernel stalls the process instead of ending it: which is as bad for a server.
    limits: ['memory.max', 'memory.high'],
    usage: 'memory.current',
    inactiveFile: 'inactive_file',
  },
}

/** Unlimited is `max` in v2, and in v1 the largest number of pages: 9223372036854771712 where they have 4 KiB. */
const unlimitedBytes = 2 ** 60

/** Reads `/proc/self/cgroup`. `undefined` when no hierarchy there controls memory. */
export function parseMembership(text: string): CgroupMembership | undefined {
  const lines = text.split('\n').map((line) => /^(\d+):([^:]*):(\/.*)$/.exec(line))
  const first = lines.find((line) => line?.[2]?.split(',').includes('memory'))
  const unified = lines.find((line) => line?.[1] === '0' && line[2] === '')
  if (first?.[3] !== undefined) return { version: 1, path: first[3] }
  return unified?.[3] === undefined ? undefined : { version: 2, path: unified[3] }
}

/** Reads a limit or a usage in bytes. `undefined` when there is no limit, or the text is not a number. */
export function parseBytes(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d+\s*$/.test(text)) return undefined
  const bytes = Number(text)
  return bytes >= unlimitedBytes ? undefined : bytes
}

/** Reads one line of `memory.stat`. */
export function parseStat(text: string | undefined, name: string): number | undefined {
  return parseBytes(
    text
      ?.split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length + 1),
  )
}

/** A group and all groups above it, nearest first. A limit holds for everything below it. */
export function groupAndAncestors(path: string): readonly string[] {
  // A process moved out of its namespace's root sees `..`: what is above can't be reached from here.
  const names = path.split('/').filter((name) => name !== '' && name !== '.' && name !== '..')
  return Array.from({ length: names.length + 1 }, (_, cut) =>
    names
      .slice(0, names.length - cut)
      .map((name) => `/${name}`)
      .join(''),
  )
}

/**
 * The tightest memory limit over this process; `undefined` when there is none. Inside a container the path that the
 * process sees may be the host's and lead nowhere: its own group is then the mounted root, which is looked at last.
 */
export function readCgroupMemory(readText: ReadText): CgroupMemory | undefined {
  const membership = parseMembership(readText('/proc/self/cgroup') ?? '')
  if (membership === undefined) return undefined
  const { source, root, limits, usage, inactiveFile } = hierarchies[membership.version]
  let tightest: { readonly folder: string; readonly limitBytes: number } | undefined
  for (const group of groupAndAncestors(membership.path)) {
    const folder = `${root}${group}`
    for (const name of limits) {
      const limitBytes = parseBytes(readText(`${folder}/${name}`))
      if (limitBytes !== undefined && limitBytes < (tightest?.limitBytes ?? Number.POSITIVE_INFINITY)) tightest = { folder, limitBytes }
    }
  }
  if (tightest === undefined) return undefined
  const { folder, limitBytes } = tightest
  return { source, limitBytes, workingSetBytes: workingSet(readText, `${folder}/${usage}`, [`${folder}/memory.stat`, inactiveFile]) }
}

/** As Kubernetes counts it: usage without the file cache that goes first. Raw usage is near the limit on any busy disk. */
function workingSet(readText: ReadText, usageFile: string, [statFile, line]: readonly [string, string]): number | undefined {
  const usageBytes = parseBytes(readText(usageFile))
  if (usageBytes === undefined) return undefined
  return Math.max(0, usageBytes - (parseStat(readText(statFile), line) ?? 0))
}
