import type { Access } from '../auth/permissions.ts'
import type { RouteFacts } from '../http/route-facts.ts'
import { toAnswerCheck } from './answer-check.ts'
import { endpointOf, leastAccess, type Method, type Route } from './route.ts'

/** A route with what the dispatcher asks of it on every request. */
export interface CompiledRoute {
  readonly route: Route
  readonly facts: RouteFacts
  /** Whether the dispatcher reads a query or a body for the handler. */
  readonly needsInput: boolean
}

/** All routes of one path. */
export interface PathEntry {
  readonly path: string
  readonly endpoint: string
  readonly parameters: readonly string[]
  /** Whether it has no parameters. */
  readonly isFixed: boolean
  readonly methods: ReadonlyMap<string, CompiledRoute>
  /** The methods, as a refusal names them. */
  readonly allowed: string
  /** Whether one of its methods makes a call of a provider: such requests come often. */
  readonly isOperation: boolean
  /** Whether a worker answers it by itself, and not through its primary. */
  readonly isLocal: boolean
  /** What a request with a wrong method must be allowed, any of them, before it gets its 405. */
  readonly accesses: readonly Access[]
  /** Facts of a request whose method the path does not have. */
  readonly facts: RouteFacts
}

export interface Match {
  readonly entry: PathEntry
  readonly params: Readonly<Record<string, string>>
}

export interface RouteTable {
  readonly routes: readonly Route[]
  readonly entries: readonly PathEntry[]
  /** The routes of a path as it came in; `undefined` for an unknown path. */
  readonly find: (path: string) => Match | undefined
  /** Whether every route below the path's first part needs a key: then its 404 needs one too. */
  readonly isGuarded: (path: string) => boolean
}

/** A node of the tree of paths with parameters. */
interface Node {
  readonly fixed: Map<string, Node>
  one?: Node | undefined
  /** The path whose last parameter takes all remaining parts. */
  rest?: PathEntry | undefined
  entry?: PathEntry | undefined
}

const noParams: Readonly<Record<string, string>> = {}

function compile(route: Route): CompiledRoute {
  const { method, path, operation, audit, subject, toErrorBody, headers, query, body } = route
  // Who reads what is held on a person leaves a record of it, too.
  const isAction = audit !== undefined && (method !== 'GET' || subject !== undefined)
  return {
    route,
    facts: { endpoint: endpointOf(path), operation, audit, isAction, subject, toErrorBody, headers, checkAnswer: toAnswerCheck(route) },
    needsInput: query !== undefined || (body !== undefined && body.isReadByHandler !== true),
  }
}

function toEntry(path: string, routes: readonly Route[]): PathEntry {
  const methods = new Map<string, CompiledRoute>(routes.map((route) => [route.method, compile(route)]))
  const get = methods.get('GET' satisfies Method)
  if (get !== undefined) methods.set('HEAD', get)
  const endpoint = endpointOf(path)
  const parameters = [...path.matchAll(/\{([a-z_]+)(?:\.\.\.)?\}/g)].map(([, name = '']) => name)
  const audited = routes.some(({ audit }) => audit !== undefined)
  return {
    path,
    endpoint,
    parameters,
    isFixed: parameters.length === 0,
    methods,
    allowed: routes.map(({ method }) => method).join(', '),
    isOperation: routes.some(({ operation }) => operation !== undefined),
    isLocal: routes.every(({ operation, isLocal }) => isLocal ?? operation !== undefined),
    accesses: [...new Set(routes.map(leastAccess))],
    facts: { endpoint, audit: audited ? true : undefined, toErrorBody: routes[0]?.toErrorBody, subject: routes[0]?.subject },
  }
}

function addToTree(root: Node, entry: PathEntry): void {
  let node = root
  for (const part of entry.path.slice(1).split('/')) {
    if (part.endsWith('...}')) {
      node.rest = entry
      return
    }
    if (part.startsWith('{')) {
      node.one ??= { fixed: new Map() }
      node = node.one
    } else {
      const next: Node = node.fixed.get(part) ?? { fixed: new Map() }
      node.fixed.set(part, next)
      node = next
    }
  }
  node.entry = entry
}

/** Finds the path and the values of its parameters, in order. A fixed part wins over a parameter, a parameter over the rest. */
function walk(node: Node, parts: readonly string[], index: number): { entry: PathEntry; values: readonly string[] } | undefined {
  const part = parts[index]
  if (part === undefined) return node.entry === undefined ? undefined : { entry: node.entry, values: [] }
  const fixed = node.fixed.get(part)
  const found = fixed === undefined ? undefined : walk(fixed, parts, index + 1)
  if (found !== undefined) return found
  if (part !== '' && node.one !== undefined) {
    const deeper = walk(node.one, parts, index + 1)
    if (deeper !== undefined) return { entry: deeper.entry, values: [part, ...deeper.values] }
  }
  const rest = parts.slice(index).join('/')
  return node.rest === undefined || rest === '' ? undefined : { entry: node.rest, values: [rest] }
}

function decode(value: string): string {
  if (!value.includes('%')) return value
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

function groupByPath(routes: readonly Route[]): ReadonlyMap<string, readonly Route[]> {
  const groups = new Map<string, Route[]>()
  for (const route of routes) {
    const group = groups.get(route.path) ?? []
    if (group.some(({ method }) => method === route.method)) throw new Error(`The route ${route.method} ${route.path} is defined twice.`)
    groups.set(route.path, [...group, route])
  }
  return groups
}

function firstPartOf(path: string): string {
  const end = path.indexOf('/', 1)
  return end === -1 ? path : path.slice(0, end)
}

/** First parts of paths under which nothing is public. */
function guardedParts(routes: readonly Route[]): ReadonlySet<string> {
  const open = new Set(routes.filter((route) => leastAccess(route) === 'public').map(({ path }) => firstPartOf(path)))
  return new Set(routes.map(({ path }) => firstPartOf(path)).filter((part) => !open.has(part)))
}

/**
 * Finds routes by path: fixed paths by one look-up, those with parameters by a walk over the path's parts.
 *
 * @throws Error when two routes have the same method and path
 */
export function createRouteTable(routes: readonly Route[]): RouteTable {
  const entries = [...groupByPath(routes)].map(([path, group]) => toEntry(path, group))
  const fixed = new Map<string, Match>()
  const root: Node = { fixed: new Map() }
  for (const entry of entries) {
    if (entry.isFixed) fixed.set(entry.path, { entry, params: noParams })
    else addToTree(root, entry)
  }
  const guarded = guardedParts(routes)
  return {
    routes,
    entries,
    find: (path) => {
      const known = fixed.get(path)
      if (known !== undefined) return known
      const found = walk(root, path.slice(1).split('/'), 0)
      if (found === undefined) return undefined
      const { entry, values } = found
      return { entry, params: Object.fromEntries(entry.parameters.map((name, index) => [name, decode(values[index] ?? '')])) }
    },
    isGuarded: (path) => guarded.has(firstPartOf(path)),
  }
}
