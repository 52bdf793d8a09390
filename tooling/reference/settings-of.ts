/** One setting of the configuration file, as its schema has it. */
export interface Setting {
  /** `server.port`; `[]` stands for each entry of a list, `{name}` for each name of a mapping. */
  readonly path: string
  readonly type: string
  /** `undefined` where there is none. */
  readonly usual: string | undefined
  readonly isRequired: boolean
  readonly allowed: string
}

/** What is read of a valibot schema, or of an action in its pipe. */
interface Schema {
  readonly type: string
  readonly kind?: string
  readonly pipe?: readonly Schema[]
  readonly wrapped?: Schema
  readonly default?: unknown
  readonly entries?: Readonly<Record<string, Schema>>
  readonly item?: Schema
  readonly key?: Schema
  readonly value?: Schema
  readonly options?: readonly unknown[]
  readonly requirement?: unknown
  readonly message?: unknown
  readonly literal?: unknown
  readonly metadata?: { readonly isSecret?: boolean }
}

/** A choice between schemas, whatever tells them apart. */
const optionsOf = (part: Schema | undefined): readonly Schema[] =>
  part?.type === 'union' || part?.type === 'variant' ? (part.options as readonly Schema[]) : []

const partsOf = (schema: Schema): readonly Schema[] =>
  schema.pipe?.flatMap((part) => (part === schema || part.pipe === undefined ? [part] : partsOf(part))) ?? [schema]
const find = (schema: Schema, type: string): Schema | undefined => partsOf(schema).find((part) => part.type === type)
const bound = (schema: Schema, type: string): number | undefined => {
  const found = partsOf(schema).filter((part) => part.type === type)
  return found.length === 0 ? undefined : (found[found.length - 1]?.requirement as number) // these actions require a number
}

const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``

/** An address in an error's words is an example, and no link. */
const quoted = (message: string): string => message.replace(/https?:\/\/\S+\w/g, '`$&`')

/** What an error says of a value that a check refuses, where it always says the same. */
const messagesOf = (schema: Schema): readonly string[] =>
  partsOf(schema).flatMap(({ kind, message }) => (kind === 'validation' && typeof message === 'string' ? [quoted(message)] : []))

function typeOf(schema: Schema): string {
  const types = partsOf(schema).map(({ type }) => type)
  const has = (type: string): boolean => types.includes(type)
  if (has('array')) return `list of ${pluralOf(typeOf(find(schema, 'array')?.item ?? schema))}`
  if (has('record')) return 'mapping'
  if (has('strict_object') || has('object')) return 'section'
  const options = partsOf(schema).flatMap(optionsOf)
  const said = messagesOf(schema).join()
  if (said.startsWith('a duration')) return 'duration'
  if (said.startsWith('a date')) return 'date'
  if (options.length > 0) return [...new Set(options.map(typeOf))].join(' or ')
  if (has('boolean')) return 'boolean'
  if (has('number')) return has('integer') ? 'integer' : 'number'
  return partsOf(schema).some(({ metadata }) => metadata?.isSecret === true) ? 'secret' : 'text'
}

const pluralOf = (type: string): string => type.replace(/\b(section|text|secret|number|integer)\b/g, '$1s')

function rangeOf(schema: Schema): string | undefined {
  const [min, max] = [bound(schema, 'min_value'), bound(schema, 'max_value')]
  const isBounded = max !== undefined && max < Number.MAX_SAFE_INTEGER
  if (min !== undefined && isBounded) return `${min} to ${max}`
  if (min !== undefined) return `${min} or more`
  return isBounded ? `up to ${max}` : undefined
}

/** How many entries a list may have, or characters a text. */
function lengthOf(schema: Schema): string | undefined {
  const [least, most] = [bound(schema, 'min_length'), bound(schema, 'max_length')]
  const unit = find(schema, 'array') === undefined ? 'characters' : 'entries'
  const lower = least === undefined ? [] : ['not empty']
  return [...lower, ...(most === undefined ? [] : [`at most ${most} ${unit}`])].join('; ') || undefined
}

function allowedOf(schema: Schema): string {
  const options = partsOf(schema).flatMap(optionsOf)
  if (options.length > 0 && messagesOf(schema).length === 0)
    return [...new Set(options.map(allowedOf))].filter((text) => text !== '').join('; or ')
  const list = find(schema, 'picklist')?.options?.map(code).join(', ')
  const literal = find(schema, 'literal')?.literal
  const item = find(schema, 'array')?.item
  const parts = [
    rangeOf(schema),
    list,
    literal === undefined ? undefined : literal === '' ? 'empty' : code(literal),
    ...messagesOf(schema),
    lengthOf(schema),
    item === undefined || item.entries !== undefined ? undefined : allowedOf(item),
  ]
  return parts.filter((part) => part !== undefined && part !== '').join('; ')
}

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)].filter((text) => text !== '')

/** One setting for each path: sections to choose from share members, which may differ in their defaults. */
function mergedOf(settings: readonly Setting[], choices: number): readonly Setting[] {
  return distinct(settings.map(({ path }) => path)).flatMap((path) => {
    const same = settings.filter((setting) => setting.path === path)
    const isRequired = same.every((setting) => setting.isRequired)
    const usuals = isRequired && same.length < choices ? ['required by some types'] : distinct(same.map(({ usual }) => usual ?? ''))
    return same.slice(0, 1).map((first) => ({
      ...first,
      usual: usuals.length > 0 ? usuals.join(' or ') : undefined,
      isRequired: isRequired && same.length === choices,
      allowed: distinct(same.flatMap(({ allowed }) => allowed.split(', '))).join(', '),
    }))
  })
}

/** Members of a section, of the entries of a list, of the values of a mapping and of the sections in a choice. */
function membersOf(schema: Schema, path: string): readonly Setting[] {
  return partsOf(schema).flatMap((part) => {
    if (part.entries !== undefined) return Object.entries(part.entries).flatMap(([name, member]) => settingOf(member, `${path}.${name}`))
    if (part.type === 'array' && part.item !== undefined) return membersOf(part.item, `${path}[]`)
    if (part.type === 'record' && part.value !== undefined) return membersOf(part.value, `${path}.{name}`)
    const sections = optionsOf(part).map((option) => membersOf(option, path))
    return mergedOf(sections.flat(), sections.filter((members) => members.length > 0).length)
  })
}

function settingOf(schema: Schema, path: string): readonly Setting[] {
  const isOptional = schema.type === 'optional'
  const inner = schema.wrapped ?? schema
  const usual = isOptional && schema.default !== undefined && typeof schema.default !== 'function' ? schema.default : undefined
  const isSection = typeOf(inner) === 'section'
  const own: Setting = {
    path,
    type: typeOf(inner),
    usual: usual === undefined || isSection ? undefined : usual === '' ? 'empty' : code(usual),
    isRequired: !isOptional,
    allowed: allowedOf(inner),
  }
  const below = membersOf(inner, path)
  // A section is its members.
  return isSection ? below : [own, ...below]
}

/** Every setting of the schema of a configuration, section by section in the order of the schema. */
export function settingsOf(schema: unknown): ReadonlyMap<string, readonly Setting[]> {
  const { entries = {} } = schema as Schema // a valibot schema
  return new Map(Object.entries(entries).map(([name, section]) => [name, settingOf(section, name)]))
}
