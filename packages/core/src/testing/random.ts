/** Draws uniformly from [0, 1). */
export type Random = () => number

/** Four 32-bit words from a text (cyrb128, public domain): enough to start a generator from any seed. */
function seedWords(text: string): [number, number, number, number] {
  let [a, b, c, d] = [1779033703, 3144134277, 1013904242, 2773480762]
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = b ^ Math.imul(a ^ code, 597399067)
    b = c ^ Math.imul(b ^ code, 2869860233)
    c = d ^ Math.imul(c ^ code, 951274213)
    d = a ^ Math.imul(d ^ code, 2716044179)
  }
  return [a >>> 0, b >>> 0, c >>> 0, d >>> 0]
}

/** The generator sfc32 (Doty-Humphrey, PractRand): the same seed draws the same numbers on every machine. */
export function createRandom(seed: string): Random {
  let [a, b, c, d] = seedWords(seed)
  const next: Random = () => {
    const sum = (a + b + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return (sum >>> 0) / 4294967296
  }
  // The first draws still show the seed.
  for (let i = 0; i < 12; i++) next()
  return next
}

/** A whole number from 0 up to and without `below`. */
export function drawInteger(random: Random, below: number): number {
  return Math.floor(random() * below)
}
