import { readFileSync } from 'node:fs'
import { main } from '../../src/main.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface CliWorld {
  readonly env?: Readonly<Record<string, string>>
  /** What the person at the terminal says, one after the other; without it there is no terminal. */
  readonly answers?: readonly string[]
  readonly isTerminal?: boolean
}

/** Runs a command of the program in this process. */
export async function runCli(
  argv: readonly string[],
  { env = {}, answers, isTerminal = answers !== undefined }: CliWorld = {},
): Promise<Ran> {
  let out = ''
  let err = ''
  const left = [...(answers ?? [])]
  const code = await main(argv, {
    env,
    isTerminal,
    ask: answers === undefined ? undefined : async () => left.shift() ?? '',
    readFile: (path) => readFileSync(path, 'utf8'),
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    onStop: () => undefined,
    onHangup: () => undefined,
    exit: () => undefined,
  })
  return { code, out, err }
}
