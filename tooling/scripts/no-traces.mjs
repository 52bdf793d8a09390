// Nothing tracked may name a machine's own paths or a registry's host: the project speaks of itself alone.
import { spawnSync } from 'node:child_process'
import { root } from '../bootstrap/machine.mjs'

const forbidden = ['/home/[a-z]', '/root/[.a-z]', '/Users/[A-Za-z]', 'registry\\.npm', 'registry\\.yarn']
const result = spawnSync('git', ['grep', '-nIE', forbidden.join('|'), '--', '.', ':!tooling/scripts/no-traces.mjs'], {
  cwd: root,
  encoding: 'utf8',
})
if (result.status === 0) {
  process.stdout.write(result.stdout)
  process.exit(1)
}
