import { describe, expect, it } from 'vitest'
import { main } from '../main.ts'
import type { CliContext } from '../process.ts'

function setUp(files: Readonly<Record<string, string>>) {
  const said = { out: '', err: '' }
  const readFile = (path: string): string => {
    const text = files[path]
    if (text === undefined) throw Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: 'ENOENT', syscall: 'open' })
    return text
  }
  const context: CliContext = {
    env: {},
    readFile,
    out: (text) => {
      said.out += text
    },
    err: (text) => {
      said.err += text
    },
    onStop: () => undefined,
    onHangup: () => undefined,
    exit: () => undefined,
  }
  return { said, run: (...args: string[]) => main(['condense', ...args], context) }
}

const turns = Array.from({ length: 40 }, (_, index) => ({
  role: index % 2 === 0 ? 'user' : 'assistant',
  content: `Order ${index} of ${index * 3} crates left Santos on day ${index}. The sea was calm. Nothing else happened.`,
}))
const files = {
  'list.json': JSON.stringify(turns),
  'body.json': JSON.stringify({ messages: turns, model: 'x' }),
  'notes.txt': turns.map(({ content }) => content).join('\n'),
  'bad.json': JSON.stringify([{ role: 'wizard', content: 'x' }]),
  'calls.json': JSON.stringify([{ role: 'assistant', tool_calls: [{ id: 'a', function: {} }] }]),
  '-': JSON.stringify(turns),
}

describe('proxyapi condense', () => {
  it.each(['list.json', 'body.json', 'notes.txt', '-'])('shortens %s to the budget', async (file) => {
    const { said, run } = setUp(files)
    expect(await run(file, '--max-tokens', '80', '--json')).toBe(0)
    const answer = JSON.parse(said.out) as Record<string, unknown>
    expect(answer['condensed_tokens']).toBeLessThanOrEqual(80)
    expect(answer['original_tokens']).toBeGreaterThan(800)
    expect(answer['mode']).toBe('extractive')
  })

  it('tells what the question is about', async () => {
    const { said, run } = setUp(files)
    expect(await run('list.json', '--max-tokens', '60', '--query', 'When did order 17 leave?')).toBe(0)
    expect(said.out).toContain('Order 17 of 51 crates left Santos on day 17.')
  })

  it('gives a list ready to send', async () => {
    const { said, run } = setUp(files)
    expect(await run('list.json', '--max-tokens', '200', '--format', 'messages')).toBe(0)
    expect((JSON.parse(said.out) as unknown[]).length).toBeGreaterThan(0)
  })

  it.each<[string, readonly string[], number, string]>([
    ['no file', [], 2, 'takes one FILE'],
    ['two files', ['list.json', 'body.json'], 2, 'found 2'],
    ['an unknown flag', ['list.json', '--size', '3'], 2, '--size'],
    ['a budget of nothing', ['list.json', '--max-tokens', '0'], 2, '--max-tokens is "0"; allowed: a whole number from 1 on'],
    ['a format that is none', ['list.json', '--format', 'pdf'], 2, 'allowed: summary, messages'],
    ['a mode that needs a model', ['list.json', '--mode', 'abstractive'], 2, 'POST /api/condense'],
    ['a missing file', ['none.json'], 1, 'none.json'],
    ['a role that is none', ['bad.json'], 1, 'messages[0].role is "wizard"; allowed: system, developer, user, assistant, tool'],
    ['calls that are none', ['calls.json'], 1, 'messages[0].tool_calls'],
    ['a budget that nothing fits', ['list.json', '--format', 'messages', '--max-tokens', '1'], 1, '--max-tokens is 1'],
  ])('says what is wrong with %s', async (_what, args, code, words) => {
    const { said, run } = setUp(files)
    expect([await run(...args), said.err]).toEqual([code, expect.stringContaining(words)])
    expect(said.out).toBe('')
  })

  it('has help', async () => {
    const { said, run } = setUp(files)
    expect([await run('--help'), said.out]).toEqual([0, expect.stringContaining('proxyapi condense FILE')])
  })
})
