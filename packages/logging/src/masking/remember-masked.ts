export type MaskText = (text: string) => string

const maxRemembered = 2_000
const longestRemembered = 256
/** What lies beyond is cut off: far more than is kept of any text, so that no half of a secret is left where it is cut. */
const longestMasked = 2_000

/** Remembers what was masked last: names of models and tags repeat from request to request, and masking one costs more than all else. */
export function rememberMasked(mask: MaskText): MaskText {
  let remembered = new Map<string, string>()
  return (text) => {
    const known = remembered.get(text)
    if (known !== undefined) return known
    if (text.length > longestRemembered) return mask(text.slice(0, longestMasked))
    const masked = mask(text)
    // Starting over is cheaper than an order of use, and as rare as the number is large.
    if (remembered.size >= maxRemembered) remembered = new Map()
    remembered.set(text, masked)
    return masked
  }
}
