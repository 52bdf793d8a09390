import { UsageError } from './commands/arguments.ts'
import { commands } from './commands/table.ts'
import { version } from './commands/version.ts'
import type { CliContext } from './process.ts'
import { systemContext } from './system-context.ts'
import { toTable } from './terminal.ts'

const help = `proxyapi COMMAND [OPTIONS]

${toTable(commands.map(({ name, summary }) => [`  ${name}`, summary]))}
"proxyapi COMMAND --help" tells more; "proxyapi --version" the version. With --json a command prints for programs.
Exit codes: 0 well, 1 failed, 2 bad usage.
`

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
