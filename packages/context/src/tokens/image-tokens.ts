import type { ImageSize } from './image-size.ts'
import type { TokenFamily } from './token-family.ts'

/** What is known of an image. */
export interface ImageFacts {
  readonly size?: ImageSize | undefined
  readonly detail?: string | undefined
}

// OpenAI, "Images and vision": 85 for an image, 170 for each tile of 512 × 512 of the image scaled into 2048 × 2048 and
// then to 768 on its shorter side; 85 alone with `detail: low`. 1024 × 1024 is four tiles.
const tileBase = 85
const perTile = 170
const usualTiles = 4

// Anthropic, "Vision": width × height / 750; larger images are scaled down to about 1.15 megapixels or 1568 on the longer side.
const pixelsPerToken = 750
const longestSide = 1568
const largestImage = 1600

function tileTokens({ size, detail }: ImageFacts): number {
  if (detail === 'low') return tileBase
  if (size === undefined) return tileBase + perTile * usualTiles
  const { width, height } = size
  const within = Math.min(1, 2048 / Math.max(width, height))
  const scale = within * Math.min(1, 768 / (Math.min(width, height) * within))
  return tileBase + perTile * Math.ceil((width * scale) / 512) * Math.ceil((height * scale) / 512)
}

function areaTokens({ size }: ImageFacts): number {
  if (size === undefined) return largestImage
  const scale = Math.min(1, longestSide / Math.max(size.width, size.height))
  return Math.min(largestImage, Math.ceil((size.width * size.height * scale * scale) / pixelsPerToken))
}

/** Tokens of an image, by the vendor's published rule; one of unknown size costs 765 (OpenAI) or the bound of 1600 (Anthropic). */
export function imageTokens(image: ImageFacts, rule: TokenFamily['image']): number {
  if (typeof rule === 'number') return rule
  return rule === 'tiles' ? tileTokens(image) : areaTokens(image)
}
