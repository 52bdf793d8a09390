import { describe, expect, it } from 'vitest'
import { parseImageSize } from './image-size.ts'
import { imageTokens } from './image-tokens.ts'

function png(width: number, height: number): string {
  const bytes = new Uint8Array(24)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, 0x89504e47)
  view.setUint32(16, width)
  view.setUint32(20, height)
  return btoa(String.fromCharCode(...bytes))
}

function jpeg(width: number, height: number): string {
  const application = [0xff, 0xe0, 0, 4, 0, 0]
  const frame = [0xff, 0xc0, 0, 11, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0]
  return btoa(String.fromCharCode(0xff, 0xd8, ...application, ...frame))
}

describe('the size of an image', () => {
  it.each([
    ['a PNG', png(640, 480), { width: 640, height: 480 }],
    ['a JPEG', jpeg(300, 200), { width: 300, height: 200 }],
    ['a PNG of no width', png(0, 10), undefined],
    ['a JPEG cut short', jpeg(300, 200).slice(0, 12), undefined],
    ['another format', btoa('GIF89a and so on, long enough'), undefined],
    ['what is not base64', '***', undefined],
    ['nothing', '', undefined],
  ])('is read from %s', (_what, data, size) => {
    expect(parseImageSize(data)).toEqual(size)
  })
})

describe('the tokens of an image', () => {
  it.each([
    ['OpenAI, unknown', {}, 'tiles', 765],
    ['OpenAI, low detail', { detail: 'low' }, 'tiles', 85],
    ['OpenAI, one tile', { size: { width: 512, height: 512 } }, 'tiles', 255],
    ['OpenAI, 1024 × 1024', { size: { width: 1024, height: 1024 } }, 'tiles', 765],
    ['OpenAI, 2048 × 4096', { size: { width: 2048, height: 4096 } }, 'tiles', 1105],
    ['Anthropic, unknown', {}, 'area', 1600],
    ['Anthropic, 200 × 200', { size: { width: 200, height: 200 } }, 'area', 54],
    ['Anthropic, 1000 × 1000', { size: { width: 1000, height: 1000 } }, 'area', 1334],
    ['Anthropic, too large', { size: { width: 4000, height: 3000 } }, 'area', 1600],
    ['one figure', { size: { width: 4000, height: 3000 } }, 258, 258],
  ] as const)('%s', (_what, image, rule, tokens) => {
    expect(imageTokens(image, rule)).toBe(tokens)
  })
})
