import type { CliContext } from '../process.ts'
import { readArguments, UsageError } from './arguments.ts'

export const completionHelp = `proxyapi completion bash|zsh|fish

Prints a script that lets a shell complete commands and flags:

  bash  source <(proxyapi completion bash)
  zsh   source <(proxyapi completion zsh)
  fish  proxyapi completion fish | source
`

/** What a shell completes: names of commands, and of each its flags and words. */
export interface Completed {
  readonly name: string
  readonly summary: string
  /** As its help names them: `--config`, `litellm`. */
  readonly words: readonly string[]
}

function bash(commands: readonly Completed[]): string {
  const cases = commands.map(({ name, words }) => `    ${name}) words="${words.join(' ')}" ;;\n`).join('')
  return `_proxyapi() {
  local words current="\${COMP_WORDS[COMP_CWORD]}"
  case "$COMP_CWORD:\${COMP_WORDS[1]}" in
    1:*) words="${commands.map(({ name }) => name).join(' ')} --help --version" ;;
    *) case "\${COMP_WORDS[1]}" in
${cases}    *) words="" ;;
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -F _proxyapi proxyapi
`
}

function zsh(commands: readonly Completed[]): string {
  return `autoload -U +X bashcompinit && bashcompinit
${bash(commands)}`
}

function fish(commands: readonly Completed[]): string {
  const names = commands.map(
    ({ name, summary }) => `complete -c proxyapi -n __fish_use_subcommand -a ${name} -d '${summary.replaceAll("'", '’')}'\n`,
  )
  const words = commands.flatMap(({ name, words: all }) =>
    all.map((word) => {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`
      return `complete -c proxyapi -n '__fish_seen_subcommand_from ${name}' ${what}\n`
    }),
  )
  return [...names, ...words].join('')
}

const shells: Readonly<Record<string, (commands: readonly Completed[]) => string>> = { bash, zsh, fish }

/** Prints the script of a shell, for the commands that there are. */
export function createCompletion(commands: () => readonly Completed[]): (args: readonly string[], context: CliContext) => Promise<number> {
  return async (args, context) => {
    const { values, positionals } = readArguments(args, { help: { type: 'boolean' } })
    if (values.help === true) {
      context.out(completionHelp)
      return 0
    }
    const [shell, ...more] = positionals
    const script = shell !== undefined && more.length === 0 && Object.hasOwn(shells, shell) ? shells[shell] : undefined
    if (script === undefined) throw new UsageError(`expected one of ${Object.keys(shells).join(', ')}`)
    context.out(script(commands()))
    return 0
  }
}
