import type { CacheFigures, SemanticFigures } from '@proxyapi/context'

type Level = CacheFigures['levels'][number]

/** The level that a process has for itself; those behind it are shared. */
export const ownLevel = 'memory'

function sumOf<One>(all: readonly One[], of: (one: One) => number): number {
  return all.reduce((sum, one) => sum + of(one), 0)
}

function sumLevels(all: readonly Level[], first: Level): Level {
  const hits = sumOf(all, (one) => one.hits)
  const misses = sumOf(all, (one) => one.misses)
  const held =
    first.level === ownLevel ? (of: (one: Level) => number) => sumOf(all, of) : (of: (one: Level) => number) => Math.max(...all.map(of))
  return {
    ...first,
    state: all.some(({ state }) => state === 'down') ? 'down' : 'up',
    entries: held(({ entries }) => entries),
    bytes: held(({ bytes }) => bytes),
    maxBytes: held(({ maxBytes }) => maxBytes),
    evictions: sumOf(all, ({ evictions }) => evictions),
    hits,
    misses,
    hitRate: hits + misses === 0 ? 0 : hits / (hits + misses),
    savedNanoUsd: sumOf(all, ({ savedNanoUsd }) => savedNanoUsd),
    failures: sumOf(all, ({ failures }) => failures),
  }
}

/** Figures of several processes' caches as those of one: what memory holds adds up, what lies in a shared level is there once. At least one. Pure. */
export function sumFigures(all: readonly CacheFigures[]): CacheFigures {
  const sum = (of: (one: CacheFigures) => number): number => sumOf(all, of)
  const [hits, stale, coalesced, misses] = [
    sum((one) => one.hits),
    sum((one) => one.stale),
    sum((one) => one.coalesced),
    sum((one) => one.misses),
  ]
  const lookUps = hits + stale + coalesced + misses
  const levels = all[0]?.levels ?? []
  return {
    levels: levels.map((first) =>
      sumLevels(
        all.flatMap((one) => one.levels.filter(({ level }) => level === first.level)),
        first,
      ),
    ),
    ...{ hits, stale, coalesced, misses },
    bypassed: sum((one) => one.bypassed),
    hitRate: lookUps === 0 ? 0 : (hits + stale + coalesced) / lookUps,
    semantic: { hits: sum((one) => one.semantic.hits), savedNanoUsd: sum((one) => one.semantic.savedNanoUsd) },
    savedNanoUsd: sum((one) => one.savedNanoUsd),
    stored: sum((one) => one.stored),
    notStored: sum((one) => one.notStored),
    firstWrites: {
      admitted: sum((one) => one.firstWrites.admitted),
      deferred: sum((one) => one.firstWrites.deferred),
      writtenLater: sum((one) => one.firstWrites.writtenLater),
    },
    inFlight: sum((one) => one.inFlight),
    warming: {
      refreshed: sum((one) => one.warming.refreshed),
      skipped: sum((one) => one.warming.skipped),
      costNanoUsd: sum((one) => one.warming.costNanoUsd),
    },
  }
}

/** The same for indexes of meanings; `undefined` where there is none. */
export function sumSemantic(all: readonly SemanticFigures[]): SemanticFigures | undefined {
  const [first] = all
  if (first === undefined) return undefined
  return {
    ...first,
    entries: sumOf(all, ({ entries }) => entries),
    maxEntries: sumOf(all, ({ maxEntries }) => maxEntries),
    bytes: sumOf(all, ({ bytes }) => bytes),
    evictions: sumOf(all, ({ evictions }) => evictions),
  }
}
