import type { GatewayConfig } from './config-schema.ts'
import { type ConfigPath, maskConfig } from './secret-paths.ts'
import { takesRestart } from './takes-restart.ts'

/** One setting that differs between two configurations. */
export interface ConfigChange {
  /** `routing.strategy`, `providers.openai.weight`: entries of a list are known by their names. */
  readonly path: string
  /** `null` where the setting is not there; secrets are hidden. */
  readonly from: unknown
  readonly to: unknown
  /** Whether it takes effect at once, or when the process is started anew. */
  readonly takes: 'live' | 'restart'
}

/** A value, and the same without secrets: what differs is told by the one and shown from the other. */
interface Side {
  readonly raw: unknown
  readonly shown: unknown
}

type Members = Readonly<Record<string, unknown>>

function isMapping(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

const nameFields = ['name', 'id', 'model', 'rule'] as const

/** The name of an entry of a list; `undefined` for what has none. */
function nameOf(item: unknown): string | undefined {
  if (!isMapping(item)) return undefined
  return nameFields.map((field) => item[field]).find((name) => typeof name === 'string')
}

/** A list's entries by their names; `undefined` where one has none, or two have the same. */
function namesIn(list: unknown): readonly string[] | undefined {
  if (!Array.isArray(list)) return undefined
  const names = list.map(nameOf)
  const known = names.filter((name) => name !== undefined)
  return known.length === names.length && new Set(known).size === known.length ? known : undefined
}

/** The members of a mapping, or of a list whose entries have names. */
function membersOf({ raw, shown }: Side): ReadonlyMap<string, Side> | undefined {
  if (isMapping(raw) && isMapping(shown)) return new Map(Object.keys(raw).map((key) => [key, { raw: raw[key], shown: shown[key] }]))
  const names = namesIn(raw)
  if (names === undefined || !Array.isArray(raw) || !Array.isArray(shown)) return undefined
  return new Map(names.map((name, index) => [name, { raw: raw[index] as unknown, shown: shown[index] as unknown }]))
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

const nothing: Side = { raw: undefined, shown: undefined }

function compare(from: Side, to: Side, path: ConfigPath): readonly ConfigChange[] {
  if (isEqual(from.raw, to.raw)) return []
  const before = membersOf(from)
  const after = membersOf(to)
  if (before === undefined || after === undefined)
    return [{ path: path.join('.'), from: from.shown ?? null, to: to.shown ?? null, takes: takesRestart(path) ? 'restart' : 'live' }]
  const names = new Set([...before.keys(), ...after.keys()])
  return [...names].flatMap((name) => compare(before.get(name) ?? nothing, after.get(name) ?? nothing, [...path, name]))
}

/** What differs between two configurations, setting by setting. The order of named entries is no difference where the names say who is who. */
export function diffConfig(from: GatewayConfig, to: GatewayConfig): readonly ConfigChange[] {
  return compare({ raw: from, shown: maskConfig(from) }, { raw: to, shown: maskConfig(to) }, [])
}
