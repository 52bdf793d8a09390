import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import { toUrlCitation } from '../shared/url-citation.ts'
import { toCitedBlocks } from './citations.ts'

const cite = (startIndex: number, endIndex: number, url = 'u'): JsonObject => toUrlCitation({ url, title: '', startIndex, endIndex })
const citation = (url = 'u'): JsonObject => ({ type: 'web_search_result_location', url, title: null, encrypted_index: '', cited_text: '' })
const block = (text: string, ...citations: readonly JsonObject[]): JsonObject => ({
  type: 'text',
  text,
  ...(citations.length > 0 && { citations }),
})

describe('toCitedBlocks', () => {
  it.each<[string, readonly JsonObject[], readonly JsonObject[]]>([
    ['nothing', [], [block('ab cd ef')]],
    ['a passage', [cite(3, 5)], [block('ab '), block('cd', citation()), block(' ef')]],
    [
      'two sources of one passage',
      [cite(3, 5, 'u'), cite(3, 5, 'v')],
      [block('ab '), block('cd', citation('u'), citation('v')), block(' ef')],
    ],
    ['passages with a blank between', [cite(3, 5), cite(0, 2, 'v')], [block('ab ', citation('v')), block('cd', citation()), block(' ef')]],
    ['passages that overlap', [cite(0, 4), cite(3, 5, 'v')], [block('ab cd ef', citation(), citation('v'))]],
    ['no passage', [cite(0, 0)], [block('ab cd ef', citation())]],
    ['a passage beyond the end', [cite(3, 99)], [block('ab cd ef', citation())]],
    ['what has no form', [{ type: 'image_url' }], [block('ab cd ef')]],
  ])('cites %s', (_name, annotations, blocks) => {
    expect(toCitedBlocks('ab cd ef', annotations)).toEqual(blocks)
  })

  it('says the whole text, in no blank block, and cites every source', () => {
    const annotations = fc.array(fc.tuple(fc.integer({ min: -2, max: 12 }), fc.integer({ min: -2, max: 12 })), { maxLength: 4 })
    fc.assert(
      fc.property(
        fc.stringMatching(/^[ab ]{1,10}$/).filter((text) => text.trim() !== ''),
        annotations,
        (text, ranges) => {
          const blocks = toCitedBlocks(
            text,
            ranges.map(([start, end]) => cite(start, end)),
          )
          expect(blocks.map((one) => one['text']).join('')).toBe(text)
          expect(blocks.flatMap(({ citations }) => citations ?? [])).toHaveLength(ranges.length)
          for (const one of blocks) expect(String(one['text']).trim()).not.toBe('')
        },
      ),
    )
  })
})
