// Builds the site of the documentation into docs/.vitepress/dist, and checks it: every link leads to a page and a heading, nothing is loaded from
// another host. VitePress is installed into tooling/site, apart from the workspace: who only runs the gateway need not download it.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { read, root, run, stampDirectory } from '../bootstrap/machine.mjs'

const site = join(root, 'tooling/site')
const vitepress = join(site, 'node_modules/vitepress/bin/vitepress.js')
const dist = join(root, 'docs/.vitepress/dist')
const base = process.env.SITE_BASE ?? '/'

function install() {
  const stampFile = join(stampDirectory, 'site')
  const wanted = readFileSync(join(site, 'package-lock.json'), 'utf8')
  if (read(stampFile) === wanted && existsSync(vitepress)) return
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: site, env: process.env })
  mkdirSync(stampDirectory, { recursive: true })
  writeFileSync(stampFile, wanted)
}

const filesOf = (ending) => readdirSync(dist, { recursive: true }).filter((path) => path.endsWith(ending))
const textOf = (path) => readFileSync(join(dist, path), 'utf8')

/** What a page's elements of a kind have as an attribute. */
const valuesOf = (html, attribute) => [...html.matchAll(new RegExp(`\\s${attribute}="([^"]*)"`, 'g'))].map(([, value]) => value)

/** The file that a web server gives for a path without an ending. */
const fileAt = (path) =>
  [path, `${path}.html`, `${path.replace(/\/$/, '')}/index.html`].find((file) => existsSync(join(dist, file)) && /\.\w+$/.test(file))

function linkProblems(page, anchors) {
  const links = valuesOf(textOf(page), 'href').filter((href) => href.startsWith(base) || href.startsWith('#'))
  return [...new Set(links)].flatMap((href) => {
    const [path = '', anchor = ''] = href.split('#')
    const file = path === '' ? page : fileAt(path === base ? 'index.html' : path.slice(base.length))
    if (file === undefined) return [`${page}: ${href} leads nowhere`]
    return anchor === '' || anchors.get(file)?.has(decodeURIComponent(anchor)) ? [] : [`${page}: ${file} has no heading #${anchor}`]
  })
}

/** Addresses that a browser would load by itself: links that a reader follows are not among them. */
function foreignProblems(path) {
  const text = textOf(path)
  const loaded = path.endsWith('.html')
    ? [...text.matchAll(/<(?:script|img|iframe|source)\b[^>]*\ssrc="([^"]*)"|<link\b[^>]*\shref="([^"]*)"/g)].map(
        ([, source, link]) => source ?? link,
      )
    : [...text.matchAll(/url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)/g)].map(([, source, link]) => source ?? link)
  return loaded.filter((address) => /^(https?:)?\/\//.test(address)).map((address) => `${path} loads ${address}`)
}

install()
rmSync(dist, { recursive: true, force: true })
run(process.execPath, [vitepress, 'build', 'docs'])

const pages = filesOf('.html')
const anchors = new Map(pages.map((page) => [page, new Set(valuesOf(textOf(page), 'id'))]))
const problems = [...pages.flatMap((page) => linkProblems(page, anchors)), ...[...pages, ...filesOf('.css')].flatMap(foreignProblems)]
if (problems.length > 0) {
  process.stdout.write(`${problems.join('\n')}\n`)
  process.exit(1)
}
process.stdout.write(`built ${pages.length} pages\n`)
