import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChatChunk } from '../../chat/chunk.ts'
import { fromChunks } from '../../chat/from-chunks.ts'
import { type BlockOrder, inBlockOrder } from './block-order.ts'

const choice = 0
const finish: ChatChunk = { type: 'finish', choice, finish: { reason: 'tool_calls', native: '' } }
const begin = (index: number): ChatChunk => ({ type: 'tool-call-start', choice, index, id: `c${index}`, name: `f${index}` })
const piece = (index: number, argumentsText: string): ChatChunk => ({ type: 'tool-call-delta', choice, index, argumentsText })
const text = (said: string): ChatChunk => ({ type: 'text-delta', choice, text: said })

function ordered(chunks: readonly ChatChunk[]): readonly ChatChunk[] {
  let order: BlockOrder = {}
  return chunks.flatMap((chunk) => {
    const step = inBlockOrder(order, chunk)
    order = step.order
    return step.chunks
  })
}

describe('inBlockOrder', () => {
  it('writes at once what comes in order', () => {
    const chunks = [text('a'), begin(0), piece(0, '{"x":'), piece(0, '1}'), begin(1), piece(1, '{}'), text('b'), finish]
    let order: BlockOrder = {}
    for (const chunk of chunks) {
      const step = inBlockOrder(order, chunk)
      expect(step.chunks).toEqual([chunk])
      order = step.order
    }
  })

  it('keeps the pieces of a call together', () => {
    expect(ordered([begin(0), begin(1), piece(1, '{"b"'), piece(0, '{'), text('t'), piece(1, ':1}'), piece(0, '}'), finish])).toEqual([
      ...[begin(0), piece(0, '{'), piece(0, '}')],
      ...[begin(1), piece(1, '{"b"'), piece(1, ':1}')],
      text('t'),
      finish,
    ])
  })

  it('leaves out what comes for a block that has ended', () => {
    expect(ordered([begin(0), piece(0, '{}'), begin(1), piece(1, '{}'), text('t'), piece(0, ' '), finish])).toEqual([
      ...[begin(0), piece(0, '{}'), begin(1), piece(1, '{}'), text('t'), finish],
    ])
  })

  it('says the same in whichever order the pieces of calls come', () => {
    const calls = fc.array(fc.array(fc.nat(99), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(calls, fc.infiniteStream(fc.nat()), (lists, picks) => {
        const queues = lists.map((list, index) => {
          const json = JSON.stringify({ list })
          return [begin(index), ...[...json].map((char) => piece(index, char))]
        })
        const mixed: ChatChunk[] = [{ type: 'start', id: 'x', model: 'm' }]
        for (const pick of picks) {
          const left = queues.filter((queue) => queue.length > 0)
          if (left.length === 0) break
          const chunk = left[pick % left.length]?.shift()
          if (chunk !== undefined) mixed.push(chunk)
        }
        const written = ordered([...mixed, finish])
        expect(fromChunks(written)?.choices[0]?.toolCalls.map(({ argumentsText }) => argumentsText)).toEqual(
          lists.map((list) => JSON.stringify({ list })),
        )
        const indexes = written.flatMap((chunk) => ('index' in chunk ? [chunk.index] : []))
        expect(indexes.filter((index, at) => index !== indexes[at - 1])).toHaveLength(lists.length)
      }),
    )
  })
})
