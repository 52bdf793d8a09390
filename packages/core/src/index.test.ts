import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

/** Names that an entry file exports, types included. */
function exportsOf(entry: string): string {
  const text = readFileSync(new URL(entry, import.meta.url), 'utf8')
  const lists = [...text.matchAll(/export (?:type )?\{([^}]*)\}/g)].map(([, list = '']) => list.split(','))
  const names = lists.flat().map((name) => name.replace(/\btype\b/, '').trim())
  return names
    .filter((name) => name !== '')
    .sort()
    .join(' ')
}

it('exports what others may rely on, and nothing besides', () => {
  expect(exportsOf('./index.ts')).toMatchInlineSnapshot()
  expect(exportsOf('./catalogue.ts')).toMatchInlineSnapshot()
  expect(exportsOf('./chaos.ts')).toMatchInlineSnapshot()
  expect(exportsOf('./dialects.ts')).toMatchInlineSnapshot()
  expect(exportsOf('./node.ts')).toMatchInlineSnapshot()
  expect(exportsOf('./serving.ts')).toMatchInlineSnapshot()
  expect(exportsOf('./testing.ts')).toMatchInlineSnapshot()
  expect(exportsOf('./wire/index.ts')).toMatchInlineSnapshot()
})
