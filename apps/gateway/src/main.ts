import { UsageError } from './commands/arguments.ts'
import { audit, auditHelp } from './commands/audit.ts'
import { check, checkHelp } from './commands/check.ts'
import { condense, condenseHelp } from './commands/condense.ts'
import { erasure, erasureHelp } from './commands/erasure.ts'
import { keys, keysHelp } from './commands/keys.ts'
import { start, startHelp } from './commands/start.ts'
import type { CliContext } from './process.ts'
import { readBounded } from './read-bounded.ts'

/** Conversations to condense are the largest files that are read. */
const maxFileBytes = 64 * 1024 * 1024

const help = `proxyapi COMMAND [OPTIONS]

  start     starts the gateway
  check     checks the configuration and starts nothing
  condense  shortens a conversation, offline
  audit     verifies an audit log
  erasure   verifies the receipt of an erasure
  keys      issues and changes keys of a running gateway

"proxyapi COMMAND --help" tells more. Exit codes: 0 well, 1 failed, 2 bad usage.

${startHelp}
${checkHelp}
${condenseHelp}
${auditHelp}
${erasureHelp}
${keysHelp}`

const commands: Readonly<Record<string, (args: readonly string[], context: CliContext) => Promise<number>>> = {
  start,
  check,
  condense,
  audit,
  erasure,
  keys,
}

function systemContext(): CliContext {
  return {
    env: process.env,
    readFile: (path) => readBounded(path === '-' ? 0 : path, maxFileBytes),
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
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
  if (name === undefined || name === '--help' || name === 'help') {
    context.out(help)
    return name === undefined ? 2 : 0
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  try {
    if (command === undefined) throw new UsageError(`there is no command "${name}"; there are ${Object.keys(commands).join(', ')}`)
    return await command(args, context)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    context.err(`proxyapi: ${error.message}\nTry "proxyapi --help".\n`)
    return 2
  }
}
