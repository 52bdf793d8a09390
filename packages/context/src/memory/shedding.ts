/** Something that holds memory it can do without, such as a cache. */
export interface Shedder {
  readonly name: string
  /** Gives up `share` (above 0, up to 1) of what it holds and returns the bytes freed. */
  readonly shed: (share: number) => number
  /** Drops what is of no use any more, such as expired entries, and returns the bytes freed. Called at each routine clean-up. */
  readonly purgeExpired?: (() => number) | undefined
}

/** What one shedder gave up. */
export interface Shed {
  readonly name: string
  /** 0 for a routine clean-up. */
  readonly share: number
  readonly freedBytes: number
}

const firstShare = 0.25

/** The share to give up in the `attempt`-th clean-up in a row (from 1): a quarter, a half, everything. */
export function planShare(attempt: number): number {
  return Math.min(1, firstShare * 2 ** (attempt - 1))
}

export interface Shedding {
  readonly shedders: readonly Shedder[]
  readonly needBytes: number
  readonly share: number
  readonly onFailure: (name: string, error: unknown) => void
}

/**
 * Asks the shedders in their order, until as much is freed as is needed: the cheapest to lose stand first. One that
 * throws frees nothing, and the next one is asked.
 */
export function shedInOrder({ shedders, needBytes, share, onFailure }: Shedding): readonly Shed[] {
  const sheds: Shed[] = []
  let freed = 0
  for (const { name, shed } of shedders) {
    if (freed >= needBytes) break
    const freedBytes = freedBy(
      () => shed(share),
      (error) => onFailure(name, error),
    )
    freed += freedBytes
    sheds.push({ name, share, freedBytes })
  }
  return sheds
}

/** Lets every shedder that can drop what is of no use any more. */
export function purgeAllExpired({ shedders, onFailure }: Pick<Shedding, 'shedders' | 'onFailure'>): readonly Shed[] {
  return shedders.flatMap(({ name, purgeExpired }) => {
    if (purgeExpired === undefined) return []
    return [{ name, share: 0, freedBytes: freedBy(purgeExpired, (error) => onFailure(name, error)) }]
  })
}

function freedBy(free: () => number, onFailure: (error: unknown) => void): number {
  try {
    return free()
  } catch (error) {
    onFailure(error)
    return 0
  }
}
