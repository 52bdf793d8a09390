import type { CliContext } from '../process.ts'
import { audit, auditHelp } from './audit.ts'
import { check, checkHelp } from './check.ts'
import { type Completed, completionHelp, createCompletion } from './completion.ts'
import { condense, condenseHelp } from './condense.ts'
import { doctor, doctorHelp } from './doctor.ts'
import { erasure, erasureHelp } from './erasure.ts'
import { importConfig, importHelp } from './import.ts'
import { init, initHelp } from './init.ts'
import { keys, keysHelp } from './keys.ts'
import { loadTest, loadTestHelp } from './load-test.ts'
import { models, modelsHelp } from './models.ts'
import { record, recordHelp } from './record.ts'
import { replay, replayHelp } from './replay.ts'
import { schema, schemaHelp } from './schema.ts'
import { start, startHelp } from './start.ts'
import { version, versionHelp } from './version.ts'

/** One row of the command line. */
export interface Command {
  readonly name: string
  /** What it does, in a few words. */
  readonly summary: string
  readonly help: string
  /** Words that may follow it besides flags. */
  readonly words?: readonly string[] | undefined
  /** Gives the exit code. @throws UsageError for flags that there are not */
  readonly run: (args: readonly string[], context: CliContext) => Promise<number>
}

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  { name: 'start', summary: 'starts the gateway', help: startHelp, run: start },
  { name: 'init', summary: 'writes a first configuration', help: initHelp, run: init },
  { name: 'check', summary: 'checks the configuration and starts nothing', help: checkHelp, run: check },
  { name: 'doctor', summary: 'reaches each provider, step by step', help: doctorHelp, run: doctor },
  {
    name: 'keys',
    summary: 'issues and changes keys of a running gateway',
    help: keysHelp,
    words: ['create', 'list', 'show', 'update', 'rotate', 'block', 'unblock', 'delete'],
    run: keys,
  },
  { name: 'models', summary: 'lists models with their windows and prices', help: modelsHelp, run: models },
  {
    name: 'import',
    summary: 'takes over a configuration of LiteLLM or Portkey',
    help: importHelp,
    words: ['litellm', 'portkey'],
    run: importConfig,
  },
  { name: 'load-test', summary: 'sends requests at a steady rate, and reports', help: loadTestHelp, run: loadTest },
  { name: 'record', summary: 'records requests of a running gateway, masked, for a while', help: recordHelp, run: record },
  { name: 'replay', summary: 'says what another configuration would make of a recording', help: replayHelp, run: replay },
  { name: 'schema', summary: 'prints the JSON Schema of the configuration', help: schemaHelp, run: schema },
  { name: 'condense', summary: 'shortens a conversation, offline', help: condenseHelp, run: condense },
  { name: 'audit', summary: 'verifies an audit log', help: auditHelp, words: ['verify'], run: audit },
  { name: 'erasure', summary: 'verifies the receipt of an erasure', help: erasureHelp, words: ['verify'], run: erasure },
  {
    name: 'completion',
    summary: 'prints a script for a shell',
    help: completionHelp,
    words: ['bash', 'zsh', 'fish'],
    run: createCompletion(completed),
  },
  { name: 'version', summary: 'prints the version', help: versionHelp, run: version },
]

/** A command's flags are those that its help names. */
function flagsIn(help: string): readonly string[] {
  return [...new Set([...help.matchAll(/--[a-z][a-z-]*/g)].map(([flag]) => flag)), '--help']
}

function completed(): readonly Completed[] {
  return commands.map(({ name, summary, help, words = [] }) => ({ name, summary, words: [...words, ...new Set(flagsIn(help))] }))
}
