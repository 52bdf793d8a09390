import { createSeededRandom } from '../chaos/seeded-random.ts'

/** Draws uniformly from [0, 1). */
export type Random = () => number

/** FNV-1a (Fowler, Noll, Vo): 32 bits of a text. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash >>> 0
}

/** Chance by name: the same seed draws the same numbers on every machine. */
export function createRandom(seed: string): Random {
  return createSeededRandom(hashOf(seed))
}

/** A whole number from 0 up to and without `below`. */
export function drawInteger(random: Random, below: number): number {
  return Math.floor(random() * below)
}
