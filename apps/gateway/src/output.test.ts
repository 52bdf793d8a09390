import { EventEmitter } from 'node:events'
import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createOutput } from './output.ts'

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('a standard stream', () => {
  it('hands on what is written, and loses nothing', async () => {
    const texts: string[] = []
    const output = createOutput(
      new Writable({
        decodeStrings: false,
        write: (text: string, _, done) => {
          texts.push(text)
          done()
        },
      }),
    )
    output.write('one\n')
    output.write('two\n')
    await nextTurn()
    expect([texts, output.lostLines()]).toEqual([['one\n', 'two\n'], 0])
  })

  it.each(['EPIPE', 'ENOSPC'])('that fails with %s ends nothing, and its lines are counted', async (code) => {
    // Standard streams stay writable after an error, which no other stream does.
    const stream = new EventEmitter()
    const write = (_text: string, done: (error: Error) => void): boolean => {
      const error = Object.assign(new Error(code), { code })
      done(error)
      return stream.emit('error', error)
    }
    const output = createOutput(Object.assign(stream, { write, writableLength: 0 }) as unknown as Writable) // as much of one as is used
    output.write('one\ntwo\n')
    await nextTurn()
    output.write('without an end')
    await nextTurn()
    expect(output.lostLines()).toBe(3)
  })

  it('that nobody reads holds no more than a bound, and counts the rest', () => {
    const stream = new Writable({ write: () => undefined })
    const output = createOutput(stream)
    const line = `${'x'.repeat(1_048_575)}\n`
    for (let count = 0; count < 20; count++) output.write(line)
    expect(stream.writableLength).toBe(5 * 1024 * 1024)
    expect(output.lostLines()).toBe(15)
  })
})
