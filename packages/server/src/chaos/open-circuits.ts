import type { ProviderReport } from '@proxyapi/core'

function openCircuits(reports: readonly ProviderReport[]): readonly string[] {
  return reports.flatMap(({ name, targets }) =>
    targets.filter(({ circuit }) => circuit === 'open' || circuit === 'half-open').map(({ model }) => `${name}/${model}`),
  )
}

/** Returns a function that tells whether a circuit is open now that was closed when it was made. */
export function watchCircuits(health: () => readonly ProviderReport[]): () => boolean {
  const before = new Set(openCircuits(health()))
  return () => openCircuits(health()).some((target) => !before.has(target))
}
