import { createInterface } from 'node:readline/promises'
import { UsageError } from './commands/arguments.ts'
import { commands } from './commands/table.ts'
import { version } from './commands/version.ts'
import { createOutput } from './output.ts'
import type { CliContext } from './process.ts'
import { readBounded } from './read-bounded.ts'
import { toTable } from './terminal.ts'

/** Conversations to condense are the largest files that are read. */
const maxFileBytes = 64 * 1024 * 1024

const help = `proxyapi COMMAND [OPTIONS]

${toTable(commands.map(({ name, summary }) => [`  ${name}`, summary]))}
"proxyapi COMMAND --help" tells more; "proxyapi --version" the version. With --json a command prints for programs.
Exit codes: 0 well, 1 failed, 2 bad usage.
`

/** Asks at a terminal. What is typed ahead is kept for the next question. */
async function askAtTerminal(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await terminal.question(question)
  } finally {
    terminal.close()
  }
}

function systemContext(): CliContext {
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
    exit: (code) => process.exit(code),
  }
}

/** Runs a command and gives its exit code. */
export async function main(argv: readonly string[], context: CliContext = systemContext()): Promise<number> {
  const [name, ...args] = argv
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    context.out(help)
    return name === undefined ? 2 : 0
  }
  try {
    if (name === '--version' || name === '-v') return await version(args, context)
    const command = commands.find((one) => one.name === name)
    if (command === undefined)
      throw new UsageError(`there is no command "${name}"; there are ${commands.map((one) => one.name).join(', ')}`)
    return await command.run(args, context)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    context.err(`proxyapi: ${error.message}\nTry "proxyapi ${commands.some((one) => one.name === name) ? `${name} ` : ''}--help".\n`)
    return 2
  }
}
