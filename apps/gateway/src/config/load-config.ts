import {
  type ConfigIssue,
  type GatewayConfig,
  isLoopbackHost,
  type PlacedIssue,
  parseConfig,
  renderIssue,
  renderPath,
  type ValueOrigin,
} from '@proxyapi/server'
import { checkEgress } from '../egress/egress-options.ts'
import { type OverrideSources, overridesOf, withEnvironment } from './environment-overrides.ts'
import { withOverridesFile } from './model-overrides-file.ts'
import { type Position, type ReadYaml, readYaml } from './read-yaml.ts'
import { asTree, type Path, type Tree, valueAt } from './tree.ts'
import { valueOrigins } from './value-origins.ts'

export interface LoadOptions extends OverrideSources {
  /** The configuration file; `undefined` takes the environment alone. */
  readonly path?: string | undefined
  /** @throws when the file can't be read */
  readonly readFile: (path: string) => string
}

/** Something that is wrong: with its place in the text, and as one line that names the place. */
interface Problem extends PlacedIssue {
  readonly rendered: string
}

export type LoadedConfig =
  | {
      readonly ok: true
      readonly config: GatewayConfig
      readonly origins: Readonly<Record<string, ValueOrigin>>
      /** Texts that came out of references. */
      readonly referenced: readonly string[]
    }
  | { readonly ok: false; readonly problems: readonly string[]; readonly issues: readonly PlacedIssue[] }

/** Where a value stands: in a file, or in something that has a name. */
interface Place {
  /** Before a message: `gateway.yaml:3:5 `, `PORT: `. */
  readonly prefix: string
  readonly position?: Position | undefined
}

/** Where values stand, and which of them must not be shown. */
interface Origin {
  readonly at: (path: Path) => Place
  /** Texts that came out of references: whoever wrote `${VAR}` did not write the value, and it may be a secret. */
  readonly referenced: ReadonlySet<string>
}

function toProblem({ prefix, position }: Place, message: string, path = ''): Problem {
  return { line: position?.line ?? null, column: position?.column ?? null, path, message, rendered: `${prefix}${message}` }
}

function failed(problems: readonly Problem[]): LoadedConfig {
  return {
    ok: false,
    problems: problems.map(({ rendered }) => rendered),
    issues: problems.map(({ rendered: _, ...issue }) => issue),
  }
}

function inFile(file: string, position: Position): Place {
  return { prefix: `${file}:${position.line}:${position.column} `, position }
}

/** Places of values: those of the command line and the environment by their names, all others as `at` has them. */
function underEnvironment(sources: OverrideSources, at: Origin['at']): Origin['at'] {
  const names = new Map(overridesOf(sources).map(({ path, source }) => [path.join('.'), source]))
  return (path) => {
    const source = names.get(path.join('.'))
    return source === undefined ? at(path) : { prefix: `${source}: ` }
  }
}

/** Shorter texts stand in messages of their own accord. */
const minHiddenCharacters = 6

function withoutReferenced(line: string, { referenced }: Origin): string {
  let hidden = line
  for (const text of referenced) if (text.length >= minHiddenCharacters) hidden = hidden.replaceAll(text, '***')
  return hidden
}

function toPlaced(issue: ConfigIssue, tree: unknown, origin: Origin): Problem {
  const value = valueAt(tree, issue.path)
  const isReferenced = typeof value === 'string' && origin.referenced.has(value)
  const shown = isReferenced ? { ...issue, found: 'the value of a reference' } : issue
  const { prefix, position } = origin.at(issue.path)
  const place = { prefix: withoutReferenced(prefix, origin), position }
  return toProblem(place, withoutReferenced(renderIssue(shown), origin), withoutReferenced(renderPath(issue.path), origin))
}

/** So many problems are enough to begin with. */
const maxProblems = 50

/** A key shorter than this can be guessed by whoever reaches the gateway. */
const minKeyCharacters = 8

const nowhere: Place = { prefix: '' }

/** An open gateway, or one with a key that can be guessed, is for this machine alone. */
function exposure(config: GatewayConfig): readonly Problem[] {
  if (isLoopbackHost(config.server.host)) return []
  const keys = config.auth.api_keys.map((key) => (typeof key === 'string' ? key : key.key))
  const short = keys.findIndex((key) => key !== undefined && key.length < minKeyCharacters)
  if (short !== -1) {
    const path = `auth.api_keys[${short}]`
    const message = `${path}: has ${keys[short]?.length} characters, and ${config.server.host} is not a loopback address. Use at least ${minKeyCharacters}, or bind to 127.0.0.1.`
    return [toProblem(nowhere, message, path)]
  }
  if (keys.length > 0 || config.auth.jwt.issuer !== '') return []
  const message = `server.host: ${config.server.host} is not a loopback address, and no API key is configured. Set auth.api_keys or API_KEY, or bind to 127.0.0.1.`
  return [toProblem(nowhere, message, 'server.host')]
}

interface Read {
  readonly tree: Tree
  readonly origin: Origin
  readonly origins: () => Readonly<Record<string, ValueOrigin>>
}

function parse({ tree, origin, origins }: Read, options: LoadOptions): LoadedConfig {
  const parsed = parseConfig(tree)
  if (!parsed.ok) return failed(parsed.issues.slice(0, maxProblems).map((issue) => toPlaced(issue, tree, origin)))
  const egress = checkEgress(parsed.config, options).map(({ path, message }) =>
    path === undefined ? toProblem(nowhere, message) : toProblem(origin.at(path), message, renderPath(path)),
  )
  const problems = [...exposure(parsed.config), ...egress]
  return problems.length > 0
    ? failed(problems)
    : { ok: true, config: parsed.config, origins: origins(), referenced: [...origin.referenced] }
}

/** Sections of other gateways' files: who brings one is told our form, instead of a list of unknown keys. */
const foreignForms: readonly { readonly key: string; readonly hint: string }[] = [
  {
    key: 'model_list',
    hint: "is LiteLLM's form. `proxyapi import litellm FILE` writes it in ours: each vendor stands once under `providers` (name, api_key, base_url, models), and a name for several models under `models` (name, targets, fallbacks); clients ask for provider/model. See apps/gateway/README.md, Routing.",
  },
]

function foreignForm(tree: Tree): { readonly key: string; readonly hint: string } | undefined {
  return foreignForms.find(({ key }) => Object.hasOwn(tree, key))
}

/** What is wrong with a text before it is known what its values mean. */
function problemsOf(path: string, yaml: ReadYaml): readonly Problem[] {
  if (yaml.complaints.length > 0) return yaml.complaints.map(({ position, message }) => toProblem(inFile(path, position), message))
  if (yaml.value !== null && (typeof yaml.value !== 'object' || Array.isArray(yaml.value)))
    return [toProblem(inFile(path, { line: 1, column: 1 }), 'the configuration must be a mapping of sections')]
  const foreign = foreignForm(asTree(yaml.value))
  if (foreign === undefined) return []
  return [toProblem(inFile(path, yaml.positionOf([foreign.key])), `${foreign.key}: ${foreign.hint}`, foreign.key)]
}

/** The configuration in a text, as if it stood in the file at `path`, under the environment and the command line. */
export function loadText(text: string, path: string, options: LoadOptions): LoadedConfig {
  const yaml = readYaml(text, options)
  const wrong = problemsOf(path, yaml)
  if (wrong.length > 0) return failed(wrong)
  const { tree: file, problems, placeOf, referenced } = withOverridesFile(asTree(yaml.value), path, options)
  if (problems.length > 0) return failed(problems.map((message) => toProblem(nowhere, message)))
  const at = underEnvironment(options, (place) => placeOf(place) ?? inFile(path, yaml.positionOf(place)))
  const tree = withEnvironment(file, options)
  const origin: Origin = { at, referenced: new Set([...yaml.referenced, ...referenced]) }
  return parse({ tree, origin, origins: () => valueOrigins({ file, tree, sources: options, positionOf: yaml.positionOf }) }, options)
}

/** The configuration from a file, the environment and the command line; or every problem, each with its place. */
export function loadConfig(options: LoadOptions): LoadedConfig {
  const { path } = options
  if (path === undefined) {
    const tree = withEnvironment({}, options)
    const origin: Origin = { at: underEnvironment(options, () => nowhere), referenced: new Set() }
    const positionOf = (): Position => ({ line: 1, column: 1 })
    return parse({ tree, origin, origins: () => valueOrigins({ file: {}, tree, sources: options, positionOf }) }, options)
  }
  let text: string
  try {
    text = options.readFile(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return failed([toProblem(nowhere, `${path}: cannot be read (${code})`)])
  }
  return loadText(text, path, options)
}
