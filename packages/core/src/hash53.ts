/**
 * A quick 53-bit hash of a text, for spreading and not for secrets: two multiplicative lanes over UTF-16 units (the
 * mixing constants are MurmurHash3's), finished so that near inputs land far apart.
 */
export function hash53(text: string, seed = 0): number {
  let high = 0xdeadbeef ^ seed
  let low = 0x41c6ce57 ^ Math.floor(seed / 4_294_967_296)
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    high = Math.imul(high ^ unit, 0xcc9e2d51)
    low = Math.imul(low ^ unit, 0x1b873593)
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35)
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35)
  return 4_294_967_296 * (2_097_151 & low) + (high >>> 0)
}
