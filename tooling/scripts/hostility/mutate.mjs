/** Numbers in [0, 1) that a seed decides (mulberry32, by Tommy Ettinger, public domain). */
export function createRandom(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function pick(random, list) {
  return list[Math.floor(random() * list.length)]
}

/** Values that programs trip over. */
const nasty = [
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e308,
  -1e308,
  2 ** 53,
  130_000_000,
  '',
  ' ',
  '0',
  'null',
  '__proto__',
  'constructor',
  'toString',
  '../..',
  '%zz',
  '%00',
  'a\0b',
  '\ud800',
  '\u202e',
  'é'.repeat(300),
  'x'.repeat(10_000),
  '.'.repeat(5_000),
  '\n'.repeat(5_000),
  'cookie: a '.repeat(500),
  'sk-'.repeat(2_000),
  '${A:-${B}}',
  '${file:/nothing}',
  'http://[::1',
  'javascript:1',
  'data:image/png;base64,AAAA',
  'data:;base64,',
  '2024-13-45',
  '-1s',
  '1e9d',
  '*',
  '/',
  'a/b/c/d',
  'openai/',
  '/gpt',
  'demo/slow',
  [],
  {},
  [[]],
  [null],
  { type: 'text' },
  { type: 'image_url', image_url: { url: 'x' } },
  { type: '__proto__' },
  { $ref: '#' },
  { length: 1e9 },
  { toString: 1 },
]
const names = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'length',
  'then',
  'type',
  'role',
  'content',
  'id',
  'a.b',
  '',
  ' ',
  'é',
  'MODEL',
  'x'.repeat(300),
]

function nested(random) {
  let value = pick(random, nasty)
  for (let depth = Math.floor(random() * 80); depth > 0; depth--) value = random() < 0.5 ? [value] : { a: value }
  return value
}

function changed(random, value) {
  const draw = random()
  if (draw < 0.6) return pick(random, nasty)
  if (draw < 0.7) return nested(random)
  if (draw < 0.8) return [value, value]
  if (draw < 0.9) return typeof value === 'string' ? value + JSON.stringify(pick(random, nasty)) : JSON.stringify(value)
  return Array.from({ length: 200 }, () => value)
}

/** A copy of a JSON value with one place in it changed, left out, doubled or renamed. */
export function mutate(random, value) {
  const isObject = typeof value === 'object' && value !== null
  if (!isObject || Object.keys(value).length === 0 || random() < 0.05) return changed(random, value)
  const key = pick(random, Object.keys(value))
  if (Array.isArray(value)) return value.map((item, index) => (String(index) === key ? mutate(random, item) : item))
  const entries = Object.entries(value)
  const draw = random()
  if (draw < 0.1) return Object.fromEntries(entries.filter(([name]) => name !== key))
  if (draw < 0.2) return Object.fromEntries([...entries, [pick(random, names), pick(random, nasty)]])
  if (draw < 0.25) return Object.fromEntries(entries.map(([name, item]) => [name === key ? pick(random, names) : name, item]))
  return Object.fromEntries(entries.map(([name, item]) => [name, name === key ? mutate(random, item) : item]))
}

/** A text with one place in it changed. */
export function mutateText(random, text) {
  const place = Math.floor(random() * (text.length + 1))
  const draw = random()
  if (draw < 0.3) return text.slice(0, place)
  if (draw < 0.6) return text.slice(0, place) + String.fromCharCode(Math.floor(random() * 256)) + text.slice(place + 1)
  return text.slice(0, place) + pick(random, ['{', '}', '[', '"', '\\', ',', ':', '\\u', '1e999', '\0', '/*']) + text.slice(place)
}
