// Documents stay true: a command in a block marked `console` ends well, a snippet marked `<!-- examples/… -->` is a piece of that file, a relative link leads to a file and a heading, and a path in backticks exists.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, normalize, relative } from 'node:path'
import { root } from '../bootstrap/machine.mjs'

const listed = spawnSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).stdout.split('\0')
const documents = listed.filter((path) => path.endsWith('.md') && !path.startsWith('.changeset/') && !path.includes('__fixtures__'))
const read = (path) => readFileSync(join(root, path), 'utf8')
const withoutIndent = (text) => text.replace(/^[ \t]+/gm, '').trim()

/** Snippets may be indented otherwise than their source: in a list, or taken out of a block. */
function snippetProblems(path, text) {
  return [...text.matchAll(/<!-- (examples\/\S+) -->\n\s*```\w+\n([\s\S]*?)\n\s*```/g)].flatMap(([, file, snippet]) => {
    if (!existsSync(join(root, file))) return [`${path}: there is no ${file}`]
    return withoutIndent(read(file)).includes(withoutIndent(snippet)) ? [] : [`${path}: not in ${file}:\n${snippet}`]
  })
}

/** A heading's anchor as GitHub makes it. */
function anchorsOf(text) {
  const headings = [...text.replace(/```[\s\S]*?```/g, '').matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading)
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  )
}

function linkProblems(path, text) {
  const links = [...text.replace(/```[\s\S]*?```/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link)
  return links.flatMap((link) => {
    if (/^[a-z]+:/.test(link)) return []
    const [file = '', anchor] = link.split('#')
    const target = file === '' ? path : normalize(join(dirname(path), file))
    if (!existsSync(join(root, target))) return [`${path}: the link ${link} leads nowhere`]
    const isMissing = anchor !== undefined && target.endsWith('.md') && !anchorsOf(read(target)).includes(anchor)
    return isMissing ? [`${path}: ${relative('.', target)} has no heading #${anchor}`] : []
  })
}

function pathProblems(path, text) {
  const named = [...text.matchAll(/`((?:packages|apps|tooling|docs|examples|bench)\/[A-Za-z0-9_./-]+)`/g)].map(([, name]) => name)
  const exists = (name) => existsSync(join(root, name)) || existsSync(join(root, dirname(path), name))
  return named.filter((name) => !exists(name)).map((name) => `${path}: there is no ${name}`)
}

const cli = join(root, 'apps/gateway/dist/cli.js')

/** A line `$ proxyapi …` of a block marked `console` is run as it stands, where the gateway is built, and has to end well. */
function commandProblems(path, text) {
  if (!existsSync(cli)) return []
  const blocks = [...text.matchAll(/```console\n([\s\S]*?)```/g)].map(([, block]) => block)
  const lines = blocks.flatMap((block) => [...block.matchAll(/^\$ proxyapi (.+)$/gm)].map(([, line]) => line))
  return lines.flatMap((line) => {
    const { status, stderr } = spawnSync(process.execPath, [cli, ...line.split(' ')], { cwd: tmpdir(), encoding: 'utf8', timeout: 60_000 })
    return status === 0 ? [] : [`${path}: "proxyapi ${line}" ended with ${status}: ${stderr}`]
  })
}

const problems = documents.flatMap((path) => {
  const text = read(path)
  return [...snippetProblems(path, text), ...linkProblems(path, text), ...pathProblems(path, text), ...commandProblems(path, text)]
})
if (problems.length > 0) {
  process.stdout.write(`${problems.join('\n')}\n`)
  process.exit(1)
}
process.stdout.write(`checked ${documents.length} documents\n`)
