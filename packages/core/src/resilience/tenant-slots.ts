/** docs/resilience.md section 8: one tenant takes at most this share of the slots. */
const maxTenantShare = 0.9
/** Above this share a tenant gets no new slot while others wait. */
const contestedTenantShare = 0.7

/** Gives a slot back. Harmless when called twice. */
export type Release = () => void

/** A number of slots, and which tenant holds how many. */
export interface TenantSlots {
  readonly held: () => number
  readonly heldBy: (tenant: string) => number
  readonly isFull: () => boolean
  /** Whether a tenant may take one more; `contested` when others wait. */
  readonly canAcquire: (tenant: string, contested: boolean) => boolean
  readonly take: (tenant: string) => Release
  /** Changes how many there are. Fewer than are held take none away: they come back first. */
  readonly resize: (limit: number) => void
}

/** Whoever asks without a key: where nobody has one, there is nobody to leave room for. */
const anyone = ''

export function createTenantSlots(initialLimit: number, onReleased: () => void): TenantSlots {
  const counts = new Map<string, number>()
  let limit = initialLimit
  let held = 0
  const heldBy = (tenant: string): number => counts.get(tenant) ?? 0
  const give = (tenant: string): void => {
    held--
    const left = heldBy(tenant) - 1
    if (left > 0) counts.set(tenant, left)
    else counts.delete(tenant)
    onReleased()
  }
  return {
    held: () => held,
    heldBy,
    isFull: () => held >= limit,
    canAcquire: (tenant, contested) => {
      if (held >= limit) return false
      if (tenant === anyone) return true
      const count = heldBy(tenant)
      return count === 0 || count < Math.ceil(limit * (contested ? contestedTenantShare : maxTenantShare))
    },
    take: (tenant) => {
      held++
      counts.set(tenant, heldBy(tenant) + 1)
      let released = false
      return () => {
        if (released) return
        released = true
        give(tenant)
      }
    },
    resize: (next) => {
      limit = next
    },
  }
}
