import { version as packageVersion } from '@proxyapi/server'
import type { CliContext } from '../process.ts'
import { toJson } from '../terminal.ts'
import { readFlags } from './arguments.ts'

export const versionHelp = `proxyapi version [--json]

Prints the version, as "proxyapi --version" does.
`

export async function version(args: readonly string[], context: CliContext): Promise<number> {
  const { json, help } = readFlags(args, { json: { type: 'boolean' }, help: { type: 'boolean' } })
  if (help === true) context.out(versionHelp)
  else context.out(json === true ? toJson({ version: packageVersion, node: process.versions.node }) : `proxyapi ${packageVersion}\n`)
  return 0
}
