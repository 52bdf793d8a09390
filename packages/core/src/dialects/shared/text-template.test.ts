import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchTemplate, toTemplate } from './text-template.ts'

const event = (content: string, index = 0): string =>
  JSON.stringify({ id: 'x', choices: [{ index, delta: { content }, finish_reason: null }] })

describe('a text template', () => {
  it('reads what JSON.parse reads, or nothing', () => {
    const template = toTemplate(event('first'), 'first', 'content')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }).map((text) => event(text)),
          fc.string({ unit: 'binary' }).map((text) => event('first').replace('first', text)),
        ),
        (data) => {
          const text = template && matchTemplate(template, data)
          if (text === undefined) return
          expect((JSON.parse(data) as { choices: { delta: { content: string } }[] }).choices[0]?.delta.content).toBe(text)
        },
      ),
    )
  })

  it.each([
    ['another index', event('hello', 1)],
    ['a second literal', event('a').replace('"x"', '"y"')],
    ['a string that ends early', event('first').replace('first', 'a","b":"c')],
  ])('does not match %s', (_what, data) => {
    const template = toTemplate(event('first'), 'first', 'content')
    expect(template).toBeDefined()
    expect(template && matchTemplate(template, data)).toBeUndefined()
  })

  it('is not made where the key stands twice', () => {
    expect(toTemplate(`{"content":"a","x":{"content":"a"}}`, 'a', 'content')).toBeUndefined()
  })
})
