// Every name that an entry file of a published package exports says in TSDoc what it is for.
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { root } from '../bootstrap/machine.mjs'

const packages = ['core', 'context', 'logging', 'server']

/** The source files behind a package's `exports`. */
function entriesOf(name) {
  const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
  const sources = Object.values(manifest.exports).map((entry) => entry['@proxyapi/source'])
  return sources.filter((source) => source !== undefined).map((source) => join(root, 'packages', name, source))
}

function createProgram(entries) {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: entries }, ts.sys, root)
  return ts.createProgram(entries, options)
}

/** Where an exported name is defined, whatever files pass it on. */
function definitionOf(symbol, checker) {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

function placeOf(symbol) {
  const [declaration] = symbol.declarations ?? []
  if (declaration === undefined) return 'no declaration'
  const file = declaration.getSourceFile()
  const { line } = file.getLineAndCharacterOfPosition(declaration.getStart())
  return `${relative(root, file.fileName)}:${line + 1}`
}

const entries = packages.flatMap(entriesOf)
const program = createProgram(entries)
const checker = program.getTypeChecker()
const exported = entries.flatMap((entry) => {
  const file = program.getSourceFile(entry)
  return checker.getExportsOfModule(checker.getSymbolAtLocation(file)).map((symbol) => definitionOf(symbol, checker))
})
const undocumented = [...new Set(exported)].filter((symbol) => symbol.getDocumentationComment(checker).length === 0)
if (undocumented.length > 0) {
  process.stdout.write(undocumented.map((symbol) => `${placeOf(symbol)}: ${symbol.name} has no TSDoc\n`).join(''))
  process.exit(1)
}
process.stdout.write(`${new Set(exported).size} exported names of ${entries.length} entries are documented\n`)
