import { expect, it } from 'vitest'
import { findItems } from './salient-items.ts'

it.each([
  ['The fee is $48,250 or 12.5%.', ['number $48,250', 'number 12.5%']],
  ['We ship on 2026-05-14 at 10:30.', ['number 2026-05-14', 'number 10:30']],
  ['Call self.loop.create_future() in src/app/main.ts.', ['identifier self.loop.create_future', 'identifier src/app/main.ts']],
  ['See https://example.com/a?b=1, or write to ops@example.com.', ['link https://example.com/a?b=1', 'link ops@example.com']],
  [
    'The user mia_li_3668 flies from JFK with HAT069 and ORD-217.',
    ['identifier mia_li_3668', 'identifier JFK', 'identifier HAT069', 'identifier ORD-217'],
  ],
  ['Yesterday Beatriz Moura met him. Then she left.', ['name Beatriz', 'name Moura']],
  ['Set retries=30 now.', ['number 30']],
  ['nothing to see here', []],
])('finds the items of: %s', (sentence, items) => {
  expect(findItems(sentence).map(({ kind, text }) => `${kind} ${text}`)).toEqual(items)
})
