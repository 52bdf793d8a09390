// Holds what the packages give to outsiders: the report of each entry in packages/*/api says every exported name with its type, so that a change of it is seen
// where it is reviewed.
//   node tooling/scripts/check-api.mjs [--write]     --write makes the reports anew
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor'
import { root } from '../bootstrap/machine.mjs'

const isWriting = process.argv.includes('--write')
const work = mkdtempSync(join(tmpdir(), 'proxyapi-api-'))
process.on('exit', () => rmSync(work, { recursive: true, force: true }))

/** The entries of a package, by the name of their report: `index`, `node`, `wire-index`. */
function entriesOf(folder) {
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return Object.entries(exports).flatMap(([path, target]) => {
    const types = target.import?.types
    return types === undefined ? [] : [[path === '.' ? 'index' : path.slice(2).replaceAll('/', '-'), join(folder, types)]]
  })
}

const quiet = { logLevel: ExtractorLogLevel.None }

function report(folder, name, mainEntryPointFilePath) {
  const reportFolder = join(folder, 'api')
  mkdirSync(reportFolder, { recursive: true })
  const extractorConfig = ExtractorConfig.prepare({
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath,
      newlineKind: 'lf',
      compiler: { tsconfigFilePath: join(folder, 'tsconfig.json'), skipLibCheck: true },
      apiReport: { enabled: true, reportFolder, reportTempFolder: work, reportFileName: name, includeForgottenExports: false },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: quiet },
        extractorMessageReporting: { default: quiet },
        tsdocMessageReporting: { default: quiet },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, 'package.json'),
  })
  const { apiReportChanged } = Extractor.invoke(extractorConfig, {
    localBuild: isWriting,
    showVerboseMessages: false,
    messageCallback: (message) => (message.handled = true),
  })
  return apiReportChanged && !isWriting ? `${relative(root, join(reportFolder, `${name}.api.md`))} differs from what is built` : undefined
}

const problems = []
for (const one of ['core', 'context', 'logging', 'server']) {
  const folder = join(root, 'packages', one)
  const entries = entriesOf(folder)
  for (const [name, file] of entries) problems.push(...[report(folder, name, file)].filter((problem) => problem !== undefined))
  const names = entries.map(([name]) => `${name}.api.md`)
  const stale = existsSync(join(folder, 'api')) ? readdirSync(join(folder, 'api')).filter((file) => !names.includes(file)) : []
  problems.push(...stale.map((file) => `packages/${one}/api/${file} is of an entry that is gone`))
}
for (const problem of problems) process.stdout.write(`FAIL  ${problem}\n`)
if (problems.length > 0)
  process.stdout.write('Look whether the change of the public API is meant, then: node tooling/scripts/check-api.mjs --write\n')
process.exit(problems.length === 0 ? 0 : 1)
