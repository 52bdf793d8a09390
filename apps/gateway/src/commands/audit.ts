import { type AuditVerdict, isStorageError, type VerifyOptions, verifyAuditDatabase, verifyAuditFile } from '@proxyapi/logging/node'
import type { CliContext } from '../process.ts'
import { readArguments, UsageError } from './arguments.ts'

export const auditHelp = `proxyapi audit verify FILE [--secret-file FILE]
proxyapi audit verify --database [--secret-file FILE]

Verifies the hash chain of an audit log, on the file alone, or in the PostgreSQL database that DATABASE_URL names. With the secret (the file "secret" beside it, or PROXYAPI_SECRET) its
signatures are verified too.

  --database           the database of DATABASE_URL instead of a file
  --secret-file FILE   where the secret is
`

const flags = { database: { type: 'boolean' }, 'secret-file': { type: 'string' }, help: { type: 'boolean' } } as const

/** What is verified, and under which name errors tell of it. */
interface Subject {
  readonly name: string
  readonly verify: (options: VerifyOptions) => Promise<AuditVerdict>
}

function subjectOf([action, file, ...more]: readonly string[], inDatabase: boolean, { env }: CliContext): Subject {
  if (action !== 'verify' || more.length > 0 || (file === undefined) !== inDatabase)
    throw new UsageError('expected "audit verify FILE" or "audit verify --database"')
  if (file !== undefined) return { name: file, verify: (options) => verifyAuditFile(file, options) }
  const url = env['DATABASE_URL'] ?? ''
  if (url === '') throw new UsageError('--database verifies the PostgreSQL database of DATABASE_URL, which is not set')
  return { name: 'DATABASE_URL', verify: (options) => verifyAuditDatabase(url, options) }
}

export async function audit(args: readonly string[], context: CliContext): Promise<number> {
  const { values, positionals } = readArguments(args, flags)
  if (values.help === true) {
    context.out(auditHelp)
    return 0
  }
  const { name, verify } = subjectOf(positionals, values.database === true, context)
  const path = values['secret-file']
  const secret = path === undefined ? context.env['PROXYAPI_SECRET'] || undefined : context.readFile(path).trim()
  try {
    const { ok, entries, head, firstBroken, problem } = await verify({ secret })
    context.out(`${JSON.stringify({ ok, entries, head, first_broken: firstBroken, ...(problem !== undefined && { problem }) })}\n`)
    return ok ? 0 : 1
  } catch (error) {
    if (!isStorageError(error)) throw error
    context.err(`${name}: ${error.message}\n`)
    return 1
  }
}
