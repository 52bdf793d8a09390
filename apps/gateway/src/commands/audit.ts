import { isStorageError, verifyAuditFile } from '@proxyapi/logging/node'
import type { CliContext } from '../process.ts'
import { readArguments, UsageError } from './arguments.ts'

export const auditHelp = `proxyapi audit verify FILE [--secret-file FILE]

Verifies the hash chain of an audit log, on the file alone. With the secret (the file "secret" beside it, or PROXYAPI_SECRET) its
signatures are verified too.

  --secret-file FILE   where the secret is
`

const flags = { 'secret-file': { type: 'string' }, help: { type: 'boolean' } } as const

export async function audit(args: readonly string[], context: CliContext): Promise<number> {
  const { values, positionals } = readArguments(args, flags)
  if (values.help === true) {
    context.out(auditHelp)
    return 0
  }
  const [action, file, ...more] = positionals
  if (action !== 'verify' || file === undefined || more.length > 0) throw new UsageError('expected "audit verify FILE"')
  const path = values['secret-file']
  const secret = path === undefined ? context.env['PROXYAPI_SECRET'] || undefined : context.readFile(path).trim()
  try {
    const { ok, entries, head, firstBroken, problem } = await verifyAuditFile(file, { secret })
    context.out(`${JSON.stringify({ ok, entries, head, first_broken: firstBroken, ...(problem !== undefined && { problem }) })}\n`)
    return ok ? 0 : 1
  } catch (error) {
    if (!isStorageError(error)) throw error
    context.err(`${file}: ${error.message}\n`)
    return 1
  }
}
