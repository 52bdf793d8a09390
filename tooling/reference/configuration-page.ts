import { commonTexts, sectionTexts, settingTexts } from './settings.list.ts'
import { type Setting, settingsOf } from './settings-of.ts'

const introduction = `# Configuration

Every setting of the configuration file. The file is YAML; JSON is YAML too. Start with it by \`npm start -- --config gateway.yaml\`, and check it without starting
by \`node apps/gateway/dist/cli.js check --config gateway.yaml\`. A mistake stops the start and names its line, what was found and what is allowed.

- Everything has a default: a file holds what you want otherwise. Without a file, providers come from the environment (\`OPENAI_API_KEY\` and its like).
- A value may come from elsewhere: \`\${NAME}\` is a variable of the environment, \`\${NAME:-default}\` has a default, \`\${file:/run/secrets/name}\` is the content of a file.
- An unknown setting is an error, so that a spelling mistake is not overlooked. \`proxyapi start\` names what is set and not active yet.
- \`[]\` in a name stands for each entry of a list, \`{name}\` for each name of a mapping.
- A duration is \`90\` (seconds), \`30s\`, \`2m\` or \`4h\`.

[examples/gateway.yaml](../examples/gateway.yaml) has every section in one file.

<!-- This page is made from the schema by tooling/reference. Change it with: npx vitest run tooling/reference -u -->
`

/** The sentence of a setting: by its whole path, by the longest end of it that has one, or by its name. */
function textOf(path: string): string | undefined {
  const steps = path.split('.')
  const ends = steps.map((_, index) => steps.slice(index).join('.')).filter((end) => end === path || end.includes('.'))
  const found = ends.find((end) => Object.hasOwn(settingTexts, end))
  return found === undefined ? commonTexts[steps.at(-1) ?? ''] : settingTexts[found]
}

/** A bar would end the cell. */
const cell = (text: string): string => text.replaceAll('|', '\\\\|')

function rowOf({ path, type, usual, isRequired, allowed }: Setting): string {
  const values = allowed === '' ? type : `${type}: ${allowed}`
  const cells = [`\`${path}\``, values, isRequired ? 'required' : (usual ?? ''), textOf(path) ?? '']
  return `| ${cells.map(cell).join(' | ')} |`
}

function sectionOf(name: string, settings: readonly Setting[]): string {
  const rows = ['| setting | value | default | what it does |', '| --- | --- | --- | --- |', ...settings.map(rowOf)]
  return [`## ${name}`, sectionTexts[name] ?? '', rows.join('\n')].join('\n\n')
}

/** `$schema` is for editors, and no section. */
const sectionsOf = (schema: unknown): readonly (readonly [string, readonly Setting[]])[] =>
  [...settingsOf(schema)].filter(([name]) => !name.startsWith('$'))

/** Settings and sections that no sentence explains. */
export function unexplained(schema: unknown): readonly string[] {
  return sectionsOf(schema).flatMap(([name, settings]) => [
    ...(sectionTexts[name] === undefined ? [`${name} (section)`] : []),
    ...settings.map(({ path }) => path).filter((path) => textOf(path) === undefined),
  ])
}

/** The page of every setting. */
export function configurationPage(schema: unknown): string {
  return `${[introduction, ...sectionsOf(schema).map(([name, settings]) => `${sectionOf(name, settings)}\n`)].join('\n')}`
}
