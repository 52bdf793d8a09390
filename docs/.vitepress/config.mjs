import { breakableCode } from './code.mjs'
import { linksOfTheRepository } from './links.mjs'
import { otherDocuments, placeOf, portugueseSidebar, sidebar } from './pages.mjs'

/** A heading's anchor as GitHub makes it, so that one link serves both. */
const anchorOf = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')

const portugueseSearch = {
  button: { buttonText: 'Buscar', buttonAriaLabel: 'Buscar' },
  modal: {
    noResultsText: 'Nada encontrado para',
    resetButtonTitle: 'Limpar',
    footer: { selectText: 'abrir', navigateText: 'mover', closeText: 'fechar' },
  },
}

export default {
  title: 'ProxyAPI',
  description: 'One API for every LLM provider, as a gateway or as a library.',
  base: process.env.SITE_BASE ?? '/',
  // Documents lie where a reader of the repository looks for them, which is not only this folder.
  srcDir: '..',
  srcExclude: ['**/dist/**', '**/.*/**', ...otherDocuments],
  rewrites: (path) => placeOf(path),
  cleanUrls: true,
  // Addresses that a reader opens on their own machine.
  ignoreDeadLinks: 'localhostLinks',
  markdown: { anchor: { slugify: anchorOf }, config: (markdown) => markdown.use(linksOfTheRepository).use(breakableCode) },
  vite: { build: { chunkSizeWarningLimit: 2_000 } },
  locales: {
    root: {
      label: 'English',
      lang: 'en',
      themeConfig: {
        nav: [
          { text: 'Getting started', link: '/getting-started' },
          { text: 'Configuration', link: '/configuration' },
          { text: 'Errors', link: '/errors' },
        ],
        sidebar: sidebar(),
      },
    },
    pt: {
      label: 'Português (Brasil)',
      lang: 'pt-BR',
      link: '/pt/',
      description: 'Uma API para todos os provedores de LLM, como gateway ou como biblioteca.',
      themeConfig: {
        nav: [{ text: 'Primeiros passos', link: '/pt/getting-started' }],
        sidebar: portugueseSidebar(),
        outline: { label: 'Nesta página', level: [2, 3] },
        docFooter: { prev: 'Anterior', next: 'Próxima' },
        darkModeSwitchLabel: 'Aparência',
        sidebarMenuLabel: 'Menu',
        returnToTopLabel: 'Voltar ao topo',
        langMenuLabel: 'Idioma',
      },
    },
  },
  themeConfig: {
    // Most pages have no translation: the switch of languages leads to the start page.
    i18nRouting: false,
    outline: [2, 3],
    search: { provider: 'local', options: { detailedView: true, locales: { pt: { translations: portugueseSearch } } } },
  },
}
