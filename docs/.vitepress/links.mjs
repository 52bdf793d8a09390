// Links of documents are written for a reader of the repository: relative, to files. On the site, a link to a page goes to that page; a file that is
// not a page is reached at the repository's address where the environment names one (SITE_REPOSITORY), and is otherwise only named.
import { existsSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { pages, root, urlOf } from './pages.mjs'

const repository = process.env.SITE_REPOSITORY?.replace(/\/$/, '')
const onSite = new Set(pages)

/** The file that a link to a file or a folder shows; the start page stands for the repository's own. */
const pageAt = (path) =>
  path === 'README.md' ? 'docs/index.md' : [path, `${path}/README.md`, `${path}/index.md`].find((candidate) => onSite.has(candidate))

/** Where a link leads on the site: an address, or `undefined` where there is only a name. A link to nowhere stays, so that the build refuses it. */
function addressOf(href, from) {
  if (/^([a-z]+:|#|\/)/.test(href)) return href
  const [file = '', anchor] = href.split('#')
  const path = normalize(join(dirname(from), file)).replace(/\/$/, '')
  const page = pageAt(path)
  if (page !== undefined) return `${urlOf(page)}${anchor === undefined ? '' : `#${anchor}`}`
  if (!existsSync(join(root, path))) return href
  return repository === undefined ? undefined : `${repository}/blob/main/${path}`
}

function rewrite(children, from) {
  const named = []
  for (const token of children) {
    if (token.type === 'link_open') {
      const address = addressOf(token.attrGet('href') ?? '', from)
      named.push(address === undefined)
      if (address !== undefined) token.attrSet('href', address)
      else Object.assign(token, { tag: 'span', attrs: null })
    } else if (token.type === 'link_close' && named.pop() === true) token.tag = 'span'
  }
}

/** A plugin of markdown-it. */
export function linksOfTheRepository(markdown) {
  markdown.core.ruler.push('links-of-the-repository', ({ tokens, env }) => {
    // `realPath` is the file where its page lies elsewhere.
    const from = relative(root, env.realPath ?? env.path)
    for (const token of tokens) if (token.children !== null) rewrite(token.children, from)
  })
}
