import { readFileSync } from 'node:fs'
import { systemDeps } from '@proxyapi/core'
import type { CliContext } from '../process.ts'
import { readArguments, UsageError } from './arguments.ts'

export const keysHelp = `proxyapi keys ACTION [ID] [OPTIONS]

Issues and changes keys of a running gateway. The admin key that it asks with is PROXYAPI_ADMIN_KEY, or in a file.

  create --name NAME   issues a key; it is shown this once
  list [--team T] [--owner O]
  show ID
  update ID            changes what is given; an empty text takes a field away
  rotate ID [--grace-minutes N]
                       gives it a new secret; the old one serves for N minutes more (0)
  block ID, unblock ID, delete ID

  --name, --owner, --team, --role TEXT
  --models, --routes, --tags LIST       with commas: openai/*,demo/echo
  --requests-per-minute, --tokens-per-minute, --parallel-requests N
  --budget-usd N, --budget-window hour|day|week|month|total
  --expires TIME                        2027-01-01, 2027-01-01T08:00:00Z
  --url URL            of the gateway (PROXYAPI_URL; http://127.0.0.1:8000)
  --key-file FILE      holds the admin key (PROXYAPI_ADMIN_KEY)
  --json               prints the answer as JSON
`

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const flags = {
  ...{ name: text, owner: text, team: text, role: text, models: text, routes: text, tags: text, expires: text },
  ...{ 'requests-per-minute': text, 'tokens-per-minute': text, 'parallel-requests': text, 'budget-usd': text, 'budget-window': text },
  ...{ 'grace-minutes': text, url: text, 'key-file': text, json: flag, help: flag },
} as const

type Values = ReturnType<typeof readArguments<typeof flags>>['values']

interface Request {
  readonly method: string
  readonly path: string
  readonly body?: Readonly<Record<string, unknown>> | undefined
}

/** A key as `/api/keys` tells it. */
interface Key {
  readonly id: string
  readonly prefix: string | null
  readonly name: string
  readonly owner: string | null
  readonly team: string | null
  readonly role: string
  readonly state: string
  readonly source: string
  readonly last_used_at: string | null
  readonly expires_at: string | null
  readonly key?: string
}

type Answer = Key | { readonly keys: readonly Key[]; readonly next: string | null } | { readonly deleted: boolean }

function numberOf(
  values: Values,
  name: 'requests-per-minute' | 'tokens-per-minute' | 'parallel-requests' | 'budget-usd' | 'grace-minutes',
) {
  const given = values[name]
  if (given === undefined || given === '') return given === '' ? null : undefined
  const number = Number(given)
  if (Number.isFinite(number)) return number
  throw new UsageError(`--${name} is "${given.slice(0, 40)}"; allowed: a number`)
}

function listOf(given: string | undefined): readonly string[] | undefined {
  return given?.split(',').filter((one) => one !== '')
}

/** An empty text takes a field away. */
function orNull(given: string | undefined): string | null | undefined {
  return given === '' ? null : given
}

/** The members that are given; `undefined` when none is. */
function given(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined)
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

function bodyOf(values: Values): Readonly<Record<string, unknown>> {
  const usd = numberOf(values, 'budget-usd')
  const fields = {
    name: values.name,
    owner: orNull(values.owner),
    team: orNull(values.team),
    role: values.role,
    models: listOf(values.models),
    routes: values.routes === '' ? null : listOf(values.routes),
    tags: listOf(values.tags),
    expires_at: orNull(values.expires),
    limits: given({
      requests_per_minute: numberOf(values, 'requests-per-minute'),
      tokens_per_minute: numberOf(values, 'tokens-per-minute'),
      parallel_requests: numberOf(values, 'parallel-requests'),
    }),
    budget: usd === null ? null : given({ usd, window: values['budget-window'] }),
  }
  return given(fields) ?? {}
}

function listPath({ team, owner }: Values): string {
  const query = new URLSearchParams(given({ limit: '200', team, owner }) as Record<string, string>) // texts alone
  return `/api/keys?${query.toString()}`
}

function toRequest(action: string | undefined, id: string | undefined, values: Values): Request {
  if (action === 'create') {
    if (values.name === undefined) throw new UsageError('"keys create" needs --name')
    return { method: 'POST', path: '/api/keys', body: bodyOf(values) }
  }
  if (action === 'list') return { method: 'GET', path: listPath(values) }
  const actions = ['show', 'update', 'rotate', 'block', 'unblock', 'delete']
  if (action === undefined || !actions.includes(action)) throw new UsageError(`expected one of: create, list, ${actions.join(', ')}`)
  if (id === undefined) throw new UsageError(`"keys ${action}" needs the id of a key`)
  const path = `/api/keys/${encodeURIComponent(id)}`
  if (action === 'show') return { method: 'GET', path }
  if (action === 'update') return { method: 'PATCH', path, body: bodyOf(values) }
  if (action === 'delete') return { method: 'DELETE', path }
  if (action === 'rotate')
    return { method: 'POST', path: `${path}/rotate`, body: { grace_minutes: numberOf(values, 'grace-minutes') ?? 0 } }
  return { method: 'POST', path: `${path}/${action}` }
}

function adminKey(values: Values, { env }: CliContext): string | undefined {
  const file = values['key-file']
  if (file === undefined) return env['PROXYAPI_ADMIN_KEY'] || undefined
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new UsageError(`--key-file can't be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function send(
  { method, path, body }: Request,
  url: string,
  key: string | undefined,
): Promise<{ readonly ok: boolean; readonly text: string }> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (key !== undefined) headers['authorization'] = `Bearer ${key}`
  if (body !== undefined) headers['content-type'] = 'application/json'
  const response = await systemDeps.fetch(new URL(path, url), {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { ok: response.ok, text: await response.text() }
}

function rowOf({ id, prefix, name, owner, team, role, state, source, last_used_at: used, expires_at: expires }: Key): string {
  return [id, prefix ?? '-', name, owner ?? '-', team ?? '-', role, state, source, used ?? '-', expires ?? '-'].join('\t')
}

const columns = ['id', 'prefix', 'name', 'owner', 'team', 'role', 'state', 'source', 'last used', 'expires'].join('\t')

function render(answer: Answer): string {
  if ('deleted' in answer) return 'deleted\n'
  if ('keys' in answer) return `${[columns, ...answer.keys.map(rowOf)].join('\n')}\n`
  const secret = answer.key === undefined ? '' : `${answer.key}\nThis is the key. It is not shown again.\n`
  return `${secret}${columns}\n${rowOf(answer)}\n`
}

/** All pages of a list as one. */
async function sendAll(request: Request, url: string, key: string | undefined): Promise<{ readonly ok: boolean; readonly text: string }> {
  const keys: Key[] = []
  let next: string | null = null
  do {
    const path: string = next === null ? request.path : `${request.path}&after=${encodeURIComponent(next)}`
    const page = await send({ ...request, path }, url, key)
    if (!page.ok) return page
    const answer = JSON.parse(page.text) as { readonly keys: readonly Key[]; readonly next: string | null } // as the route answers
    keys.push(...answer.keys)
    next = answer.next
  } while (next !== null)
  return { ok: true, text: JSON.stringify({ keys, next }) }
}

function messageOf(body: string): string {
  try {
    return (JSON.parse(body) as { readonly error: { readonly message: string } }).error.message // the form of every error
  } catch {
    return `the answer is none of a gateway: ${body.slice(0, 200)}`
  }
}

/** `proxyapi keys …`: asks a running gateway. */
export async function keys(args: readonly string[], context: CliContext): Promise<number> {
  const { values, positionals } = readArguments(args, flags)
  if (values.help === true) {
    context.out(keysHelp)
    return 0
  }
  const [action, id, ...more] = positionals
  if (more.length > 0) throw new UsageError(`"${more[0]}" is one argument too many`)
  const url = values.url ?? (context.env['PROXYAPI_URL'] || 'http://127.0.0.1:8000')
  if (!URL.canParse(url)) throw new UsageError(`--url is "${url.slice(0, 80)}"; allowed: a URL such as http://127.0.0.1:8000`)
  const request = toRequest(action, id, values)
  const key = adminKey(values, context)
  try {
    const { ok, text: body } = await (action === 'list' ? sendAll : send)(request, url, key)
    if (!ok) {
      context.err(`proxyapi: ${messageOf(body)}\n`)
      return 1
    }
    context.out(values.json === true ? `${body}\n` : render(JSON.parse(body) as Answer)) // as the routes answer
    return 0
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : ''
    context.err(`proxyapi: ${url} can't be asked${cause === '' ? '' : ` (${cause})`}. Is the gateway running?\n`)
    return 1
  }
}
