import { ImportError, type Imported } from '../import/foreign-file.ts'
import { importLiteLlm } from '../import/litellm.ts'
import { importPortkey } from '../import/portkey.ts'
import { writeConfig } from '../import/write-config.ts'
import type { CliContext } from '../process.ts'
import { createPaint, toJson } from '../terminal.ts'
import { writeNewFile } from '../write-new-file.ts'
import { readArguments, UsageError } from './arguments.ts'

export const importHelp = `proxyapi import litellm|portkey FILE [--out FILE] [--force] [--json]

Writes a configuration of another gateway in our form. What has no equivalent, or another form, is listed line by line on
standard error; nothing is left out in silence.

  --out FILE  where the configuration goes (standard output)
  --force     replaces FILE
  --json      {"config", "notes": [{"line", "column", "path", "message"}]}
`

const flags = { out: { type: 'string' }, force: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' } } as const

const importers: Readonly<Record<string, (text: string, file: string) => Imported>> = { litellm: importLiteLlm, portkey: importPortkey }

function readForm(positionals: readonly string[]): { readonly form: string; readonly file: string } {
  const [form, file, ...more] = positionals
  if (form !== undefined && Object.hasOwn(importers, form) && file !== undefined && more.length === 0) return { form, file }
  throw new UsageError('expected "import litellm FILE" or "import portkey FILE"')
}

interface Written {
  readonly out?: string | undefined
  readonly force?: boolean | undefined
  readonly json?: boolean | undefined
}

/** A file that is taken over: its form and its path. */
interface Source {
  readonly form: string
  readonly file: string
}

function write({ config, notes }: Imported, { form, file, out, force, json }: Source & Written, context: CliContext): void {
  const text = writeConfig(config, [
    `Made from ${file} by "proxyapi import ${form}".`,
    notes.length === 0 ? 'Everything of it is here.' : `${notes.length} of its settings are not: they were listed when this was written.`,
  ])
  if (out !== undefined) writeNewFile(out, text, { replace: force === true })
  if (json === true) context.out(toJson({ config, notes, ...(out !== undefined && { file: out }) }))
  else if (out === undefined) context.out(text)
}

/** What went wrong with a file, in one line: what it says, or why the system would not read or write it. */
function fileProblem(error: unknown): string | undefined {
  if (error instanceof ImportError) return error.message
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return error.code === 'EEXIST' ? 'the file is there already; --force replaces it' : error.message
}

export async function importConfig(args: readonly string[], context: CliContext): Promise<number> {
  const { values, positionals } = readArguments(args, flags)
  if (values.help === true) {
    context.out(importHelp)
    return 0
  }
  const source = readForm(positionals)
  try {
    const imported = importers[source.form]?.(context.readFile(source.file), source.file)
    if (imported === undefined) return 2
    write(imported, { ...source, ...values }, context)
    const { warn } = createPaint(context)
    for (const { line, column, path, message } of imported.notes)
      if (values.json !== true) context.err(`${warn(`${source.file}:${line}:${column}`)} ${path}: ${message}\n`)
    return 0
  } catch (error) {
    const problem = fileProblem(error)
    if (problem === undefined) throw error
    context.err(`proxyapi import: ${problem}\n`)
    return 1
  }
}
