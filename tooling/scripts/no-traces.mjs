// Nothing tracked may name a machine's own paths or a registry's host, nor a document that the repository does not have:
// the project speaks of itself alone, and every citation leads somewhere.
import { spawnSync } from 'node:child_process'
import { root } from '../bootstrap/machine.mjs'

const self = 'tooling/scripts/no-traces.mjs'

/** Lines of `git grep`; none when nothing matches. */
function grep(flags, pattern) {
  const result = spawnSync('git', ['grep', '-I', ...flags, '-e', pattern, '--', '.', `:!${self}`], { cwd: root, encoding: 'utf8' })
  if (result.status !== 0 && result.status !== 1) throw new Error(result.stderr)
  return result.stdout.split('\n').filter((line) => line !== '')
}

const traces = grep(['-nE'], '/home/[a-z]|/root/[.a-z]|/Users/[A-Za-z]|registry\\.npm|registry\\.yarn|source document')

const tracked = spawnSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).stdout.split('\n')
const names = new Set(tracked.map((path) => path.split('/').at(-1)))
/** Written by packages at build or by users, not kept here. */
const elsewhere = new Set(['CHANGELOG.md'])

/** `NAME.md` in capitals, and every path below `docs/`. */
const citations = grep(['-nohE'], '\\b[A-Z][A-Z_]+(\\.[a-z]{2})?\\.md\\b|\\bdocs/[A-Za-z0-9_/-]+\\.md\\b').map((line) =>
  line.replace(/^\d+:/, ''),
)
const absent = [...new Set(citations)].filter((name) =>
  name.startsWith('docs/') ? !tracked.includes(name) : !names.has(name) && !elsewhere.has(name),
)
const cited = absent.flatMap((name) => grep(['-nF'], name).map((line) => `${line}\n  names ${name}, which the repository does not have`))

const problems = [...traces, ...cited]
if (problems.length > 0) {
  process.stdout.write(`${problems.join('\n')}\n`)
  process.exit(1)
}
