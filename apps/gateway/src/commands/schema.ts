import { configJsonSchema } from '@proxyapi/server'
import type { CliContext } from '../process.ts'
import { toJson } from '../terminal.ts'
import { readFlags } from './arguments.ts'

export const schemaHelp = `proxyapi schema

Prints the JSON Schema of the configuration file. An editor completes and checks a file whose first line names it:

  proxyapi schema > proxyapi.schema.json
  # yaml-language-server: $schema=./proxyapi.schema.json
`

export async function schema(args: readonly string[], context: CliContext): Promise<number> {
  const { help } = readFlags(args, { json: { type: 'boolean' }, help: { type: 'boolean' } })
  context.out(help === true ? schemaHelp : toJson(configJsonSchema()))
  return 0
}
