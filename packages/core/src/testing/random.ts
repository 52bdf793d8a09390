import { createSeededRandom } from '../chaos/seeded-random.ts'

/** A source of random numbers, uniform in [0, 1). */
export type Random = () => number

/** FNV-1a (Fowler, Noll, Vo), 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash >>> 0
}

/** A source of random numbers that gives the same numbers for the same seed on every machine. */
export function createRandom(seed: string): Random {
  return createSeededRandom(hashOf(seed))
}

/** Draws a whole number from 0 to `below - 1`. */
export function drawInteger(random: Random, below: number): number {
  return Math.floor(random() * below)
}
