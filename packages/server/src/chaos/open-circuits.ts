import type { ProviderReport } from '@proxyapi/core'

function openIn(reports: readonly ProviderReport[]): readonly string[] {
  return reports.flatMap(({ name, targets }) =>
    targets.filter(({ circuit }) => circuit === 'open' || circuit === 'half-open').map(({ model }) => `${name}/${model}`),
  )
}

/** Tells whether a circuit is open now that was not when the watch began. */
export function watchCircuits(health: () => readonly ProviderReport[]): () => boolean {
  const before = new Set(openIn(health()))
  return () => openIn(health()).some((target) => !before.has(target))
}
