export { type CatalogueEntry, catalogueOf, type ListedForCatalogue, publicModelIds, publicTypes } from './catalogue/catalogue-entry.ts'
export { type Cost, costOf } from './catalogue/cost-of.ts'
export { type ExpectedUse, estimateCost } from './catalogue/estimate-cost.ts'
export type { ModelKey } from './catalogue/find-model.ts'
export type { LongContextRates, ModelPrice, RateCard, Rates } from './catalogue/price.ts'
export { type PricedModel, priceOf } from './catalogue/price-of.ts'
export {
  type CataloguePage,
  type CatalogueQuery,
  type CatalogueSortKey,
  catalogueSortKeys,
  searchCatalogue,
} from './catalogue/search-catalogue.ts'
export type { TokenClasses } from './catalogue/token-classes.ts'
export { expectedOutputTokens } from './chat/expected-output.ts'
