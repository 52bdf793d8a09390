// The pages of the site, in the order of its navigation. A page that the repository does not have (yet) is left out, and one that nobody placed
// stands in the last group: a new document is on the site at once.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')

/** Groups of the navigation: documents of this folder by their names, others by their paths from the repository's root. */
const named = [
  ['Start', ['getting-started', '/apps/gateway/README.md', '/examples/README.md']],
  ['Use', ['providers', 'parameters', 'routing', 'caching', 'condensation', 'keys', 'limits-and-budgets', 'guardrails', 'money']],
  [
    'Operate',
    [
      'operations',
      'recordings',
      'command-line',
      '/deploy/README.md',
      'observability',
      'security',
      'compliance',
      'resilience',
      'load-test',
      '/SECURITY.md',
    ],
  ],
  ['Reference', ['configuration', 'errors', 'metrics']],
  ['Migrate', ['migrating-from-litellm', 'migrating-from-portkey']],
  ['Packages', ['/packages/core/README.md', '/packages/server/README.md', '/packages/context/README.md', '/packages/logging/README.md']],
  ['Extend', ['adding-a-provider', 'adding-a-dialect', 'adding-an-operation', 'adding-a-store', 'adding-a-route', 'adding-a-capability']],
  ['Design', ['/ARCHITECTURE.md', 'decisions/README', '/bench/README.md', '/CONTRIBUTING.md', '/REVIEW.md']],
]

const groups = named.map(([text, names]) => [text, names.map((name) => (name.startsWith('/') ? name.slice(1) : `docs/${name}.md`))])

/** Shorter than the heading of the page, or another one where two pages have the same. */
const titles = { 'deploy/README.md': 'Deployment', 'SECURITY.md': 'Security policy', 'docs/money.md': 'Costs' }

/** On the site, but not in the navigation: start pages, and what is reached from another page. */
const unlisted = /^docs\/(index\.md|README\.md|pt\/|decisions\/)/

const has = (path) => existsSync(join(root, path))

/** Every Markdown file below a folder, from the root; not those of tools and installed packages. */
function documentsBelow(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || entry.name === 'node_modules' || entry.name === 'dist') return []
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) return documentsBelow(path)
    return path.endsWith('.md') ? [path] : []
  })
}

const documents = documentsBelow('')
const placed = groups.flatMap(([, paths]) => paths).filter(has)
const rest = documents.filter((path) => path.startsWith('docs/') && !placed.includes(path))

/** Every file that is a page. */
export const pages = [...placed, ...rest].sort()

/** Every other document. */
export const otherDocuments = documents.filter((path) => !pages.includes(path))

/** Where a file's page lies on the site, with the ending `.md`. */
export function placeOf(path) {
  if (path.startsWith('docs/'))
    return path === 'docs/README.md' ? 'documents.md' : path.slice('docs/'.length).replace(/README\.md$/, 'index.md')
  return path === 'SECURITY.md' ? 'security-policy.md' : path.replace(/\/README\.md$/, '.md').toLowerCase()
}

export const urlOf = (path) =>
  `/${placeOf(path)
    .replace(/(^|\/)index\.md$/, '$1')
    .replace(/\.md$/, '')}`

function titleOf(path) {
  if (Object.hasOwn(titles, path)) return titles[path]
  const [, heading = path] = /^# (.+)$/m.exec(readFileSync(join(root, path), 'utf8')) ?? []
  return heading.replaceAll('`', '')
}

/** The navigation beside every page. */
export function sidebar() {
  const more = rest.filter((path) => !unlisted.test(path))
  return [...groups, ['More', more]].flatMap(([text, paths]) => {
    const items = paths.filter(has).map((path) => ({ text: titleOf(path), link: urlOf(path) }))
    return items.length === 0 ? [] : [{ text, items }]
  })
}

export const portugueseSidebar = () => [
  { text: 'Início', items: [{ text: 'Primeiros passos', link: '/pt/getting-started' }] },
  { text: 'Em inglês', items: [{ text: 'Toda a documentação', link: '/documents' }] },
]
