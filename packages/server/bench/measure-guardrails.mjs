// How much the built-in guardrails find, and how much of what they find is right: on a labelled set of our own (bench/guardrails), through the built
// gateway, as a client meets them. Prints the table of docs/guardrails.md; `--check` holds the document to it, `--misses` lists what was wrong.
import { readFileSync } from 'node:fs'
import { createGateway } from '../dist/index.js'
import { heldOutAttacks, heldOutHarmless, heldOutPersonalData } from './guardrails/held-out.mjs'
import { attacks, harmless } from './guardrails/injections.mjs'
import { personalDataSamples } from './guardrails/personal-data.mjs'
import { noSecrets, secretSamples } from './guardrails/secrets.mjs'

const placeholder = /\[[A-Z_]+_\d+\]/g
const separator = '\u241E'

/** A gateway with one guardrail, whose upstream answers with the placeholders it was sent, apart: so each comes back as what it stands for. */
function openGateway(guardrail) {
  let sent
  const fetch = async (_url, init) => {
    sent = JSON.parse(init.body).messages.at(-1).content
    const content = [...sent.matchAll(placeholder)].map(([found]) => found).join(separator)
    const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }]
    return new Response(JSON.stringify({ id: 'x', object: 'chat.completion', created: 1, model: 'm', choices }), {
      headers: { 'content-type': 'application/json' },
    })
  }
  const deps = {
    ...{ fetch, now: () => 0, monotonicNow: () => 0, random: () => 0.5, newId: () => 'id', sleep: async () => undefined },
    ...{ setTimer: () => () => undefined, defer: (run) => run() },
  }
  const gateway = createGateway(
    {
      providers: [{ name: 'up', type: 'openai', api_key: 'k', base_url: 'http://up.test/v1', models: ['*'] }],
      caching: { enabled: false },
      guardrails: [{ name: 'measured', ...guardrail }],
    },
    { deps },
  )
  return async (content) => {
    sent = undefined
    const response = await gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'up/m', messages: [{ role: 'user', content }] }),
    })
    const body = await response.json()
    return { status: response.status, sent, said: body.choices?.[0]?.message.content ?? '' }
  }
}

/** A text without its marks, and where its values are. */
function unmark(marked) {
  const spans = []
  let text = ''
  let copied = 0
  for (const { 0: whole, 1: kind, 2: value, index } of marked.matchAll(/\{\{(\w+)\|([^}]*)\}\}/g)) {
    text += marked.slice(copied, index)
    spans.push(`${kind} ${text.length} ${value}`)
    text += value
    copied = index + whole.length
  }
  return { text: text + marked.slice(copied), spans }
}

/** Where what was hidden stood. */
function hiddenSpans(text, { sent, said }) {
  const values = said.split(separator)
  const own = new Set(text.match(placeholder) ?? [])
  const spans = []
  let at = 0
  let copied = 0
  let index = 0
  for (const { 0: found, index: place } of sent.matchAll(placeholder)) {
    at += place - copied
    copied = place + found.length
    const value = values[index++]
    if (own.has(found)) at += found.length
    else {
      spans.push(
        `${found
          .slice(1)
          .replace(/_\d+\]$/, '')
          .toLowerCase()} ${at} ${value}`,
      )
      at += value.length
    }
  }
  return spans
}

const counts = () => ({ right: 0, wrong: 0, missed: 0 })
const misses = []

function add(table, name, outcome, count = 1) {
  const row = table.get(name) ?? counts()
  row[outcome] += count
  table.set(name, row)
}

async function measurePersonalData(name, samples) {
  const ask = openGateway({ type: 'personal_data' })
  const table = new Map()
  for (const { text: marked } of samples) {
    const { text, spans } = unmark(marked)
    const answer = await ask(text)
    const found = hiddenSpans(text, answer)
    for (const span of spans) {
      const isFound = found.includes(span)
      add(table, span.split(' ')[0], isFound ? 'right' : 'missed')
      if (!isFound) misses.push(`missed  ${span} in ${JSON.stringify(text)}`)
    }
    for (const span of found.filter((one) => !spans.includes(one))) {
      add(table, span.split(' ')[0], 'wrong')
      misses.push(`wrong   ${span} in ${JSON.stringify(text)}`)
    }
  }
  return { name, samples: samples.length, table }
}

async function measureByVerdict(name, guardrail, { positive, negative }) {
  const ask = openGateway(guardrail)
  const table = new Map()
  for (const [language, text] of positive) {
    const isFound = (await ask(text)).status === 400
    add(table, language, isFound ? 'right' : 'missed')
    if (!isFound) misses.push(`missed  ${name} ${JSON.stringify(text)}`)
  }
  for (const [language, text] of negative) {
    if ((await ask(text)).status !== 400) continue
    add(table, language, 'wrong')
    misses.push(`wrong   ${name} ${JSON.stringify(text)}`)
  }
  return { name, samples: positive.length + negative.length, table }
}

const percent = (part, whole) => (whole === 0 ? '–' : `${((part / whole) * 100).toFixed(1)} %`)

function toRow(name, { right, wrong, missed }) {
  return `| ${name} | ${right + missed} | ${percent(right, right + wrong)} | ${percent(right, right + missed)} |`
}

function toTable({ name, samples, table }) {
  const rows = [...table].sort(([a], [b]) => (a < b ? -1 : 1))
  const all = rows.reduce(
    (sum, [, { right, wrong, missed }]) => ({ right: sum.right + right, wrong: sum.wrong + wrong, missed: sum.missed + missed }),
    counts(),
  )
  return [
    `| ${name}: ${samples} samples | to be found | precision | recall |`,
    '| --- | ---: | ---: | ---: |',
    ...rows.map(([row, count]) => toRow(row, count)),
    toRow('all', all),
  ].join('\n')
}

const injections = { positive: attacks, negative: harmless }
const secrets = { positive: secretSamples().map((text) => ['secret', text]), negative: noSecrets.map((text) => ['secret', text]) }
const measured = [
  await measurePersonalData('personal_data', personalDataSamples()),
  await measurePersonalData('personal_data, held out', heldOutPersonalData),
  await measureByVerdict('prompt_injection', { type: 'prompt_injection' }, injections),
  await measureByVerdict(
    'prompt_injection, held out',
    { type: 'prompt_injection' },
    { positive: heldOutAttacks, negative: heldOutHarmless },
  ),
  await measureByVerdict('secrets', { type: 'secrets', action: 'block', applies_to: ['input'] }, secrets),
]
const text = measured.map(toTable).join('\n\n')

if (process.argv.includes('--check')) {
  const document = readFileSync(new URL('../../../docs/guardrails.md', import.meta.url), 'utf8')
  if (!document.includes(text)) {
    process.stdout.write(`docs/guardrails.md does not have these figures:\n\n${text}\n`)
    process.exit(1)
  }
  process.stdout.write('docs/guardrails.md has the figures that were measured\n')
} else process.stdout.write(`${text}\n${process.argv.includes('--misses') ? `\n${misses.join('\n')}\n` : ''}`)
