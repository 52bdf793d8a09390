// Writes the catalogue's lists from the two sources, with what their tests compare them to:
//   node tooling/catalogue/build.mjs
// A review repeats it and sees no difference. What the lists leave out, and why, stands in left-out.md.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../bootstrap/machine.mjs'
import { formatRow } from './format-row.mjs'
import { genaiPrices, litellm, readSources } from './source.mjs'
import { toModels } from './to-models.mjs'
import { toOpenRouterModels } from './to-openrouter.mjs'
import { toRows, withoutResold } from './to-rows.mjs'

const catalogue = join(root, 'packages/core/src/catalogue')

function groupBy(list, keyOf) {
  const groups = {}
  for (const one of list) {
    const key = keyOf(one)
    groups[key] ??= []
    groups[key].push(one)
  }
  return groups
}

function toVendorRows(models) {
  const rows = Object.fromEntries(Object.entries(groupBy(models, ({ vendor }) => vendor)).map(([vendor, own]) => [vendor, toRows(own)]))
  return {
    ...rows,
    azure_openai: withoutResold(rows.azure_openai, rows.openai),
    vertex: withoutResold(rows.vertex, [...rows.gemini, ...rows.anthropic]),
  }
}

function toListFile(vendor, rows) {
  const { name, version, readAt } = vendor === 'openrouter' ? genaiPrices : litellm
  const constant = `${vendor.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())}List`
  return `import type { SourceList } from '../parse-list.ts'

/** Written by \`node tooling/catalogue/build.mjs\`: facts of ${name} ${version} (MIT). \`parse-list.ts\` says what stands where. */
export const ${constant}: SourceList = {
  source: '${name} ${version}',
  updatedAt: '${readAt}',
  rows: \`
${rows.map(formatRow).sort().join('\n')}
\`,
}
`
}

/** One line a model of the source: vendor, place, id and the rates of the standard tier. */
function toFixture(models) {
  const lines = models.map(({ vendor, place, name, context, price: { card } }) =>
    [vendor, place, name, context, card.input, card.output, card.cachedInput, card.searchUnits].map((value) => value ?? '').join('\t'),
  )
  return `${lines.sort().join('\n')}\n`
}

function toReport(models, leftOut) {
  const reasons = groupBy(leftOut, ({ reason }) => reason)
  const sections = Object.entries(reasons)
    .sort()
    .map(([reason, entries]) => {
      const keys = entries.map(({ key }) => `- \`${key}\``).sort()
      return `## ${keys.length} whose entry ${reason}\n\n${keys.join('\n')}\n`
    })
  return `# What the price lists have and the catalogue leaves out

Written by \`node tooling/catalogue/build.mjs\` from ${litellm.name} ${litellm.version} and ${genaiPrices.name} ${genaiPrices.version}. ${models.length} entries of our vendors are in, ${leftOut.length} are not.

${sections.join('\n')}`
}

const sources = await readSources()
const { models: priced, leftOut } = toModels(sources.litellm)
const models = [...priced, ...toOpenRouterModels(sources.openRouter, genaiPrices.readAt)]
for (const [vendor, rows] of Object.entries(toVendorRows(models))) {
  writeFileSync(join(catalogue, 'lists', `${vendor.replace('_', '-')}.list.ts`), toListFile(vendor, rows))
}
writeFileSync(join(catalogue, '__fixtures__/source-prices.tsv'), toFixture(models))
writeFileSync(join(root, 'tooling/catalogue/left-out.md'), toReport(models, leftOut))
process.stdout.write(`${models.length} models, ${leftOut.length} left out\n`)
