import { createInterface } from 'node:readline/promises'
import { createOutput } from './output.ts'
import type { CliContext } from './process.ts'
import { readBounded } from './read-bounded.ts'

/** Conversations to condense are the largest files that are read. */
const maxFileBytes = 64 * 1024 * 1024

/** Asks at a terminal. What is typed ahead is kept for the next question. */
async function askAtTerminal(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await terminal.question(question)
  } finally {
    terminal.close()
  }
}

/** The process that the program runs in. */
export function systemContext(): CliContext {
  const out = createOutput(process.stdout)
  const err = createOutput(process.stderr)
  const isTerminal = process.stdout.isTTY && process.stderr.isTTY
  return {
    env: process.env,
    readFile: (path) => readBounded(path === '-' ? 0 : path, maxFileBytes),
    out: out.write,
    err: err.write,
    lostLines: out.lostLines,
    isTerminal,
    ask: isTerminal && process.stdin.isTTY ? askAtTerminal : undefined,
    onStop: (callback) => {
      process.on('SIGTERM', callback)
      process.on('SIGINT', callback)
    },
    onHangup: (callback) => {
      process.on('SIGHUP', callback)
    },
    onRestart: (callback) => {
      process.on('SIGUSR2', callback)
    },
    exit: (code) => process.exit(code),
  }
}
