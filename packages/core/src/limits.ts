export { type BudgetFilterOptions, createBudgetFilter, type UnknownPrice } from './limits/budget-filter.ts'
export type {
  BudgetAccount,
  BudgetRefusal,
  BudgetState,
  BudgetStore,
  BudgetWait,
  Reservation,
} from './limits/budget-store.ts'
export { type BudgetWindow, createSpanOf, type SpanOf, type WindowSpan } from './limits/budget-window.ts'
export { createLimitFilter, type LimitFilterOptions, likelyTokens, type TokenEstimate } from './limits/limit-filter.ts'
export type { LimitStore, ParallelTake, RateTake, Take, TakeResult } from './limits/limit-store.ts'
export { createMemoryBudgetStore, type LoadSpent, type MemoryBudgetStoreOptions } from './limits/memory-budget-store.ts'
export { createMemoryLimitStore, type MemoryLimitStore, type MemoryLimitStoreOptions } from './limits/memory-limit-store.ts'
export { noteWait } from './limits/note-wait.ts'
export { createPacer, createTaker, type PacerOptions, type Pacing, type Taker } from './limits/pacer.ts'
export type { Rate, Standing } from './limits/rate-bucket.ts'
export { createRecentMap, type RecentMap } from './limits/recent-map.ts'
export { createReportedLimits, type ReportedLimits, type ReportedLimitsOptions } from './limits/reported-limits.ts'
