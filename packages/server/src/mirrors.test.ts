import type { Deps as ContextDeps, CacheDirectives as ContextDirectives } from '@proxyapi/context'
import type { Attempt, CacheDirectives, CacheOutcome, CondensationOutcome, Deps, Usage } from '@proxyapi/core'
import type {
  AttemptRecord,
  LoggingDeps,
  CacheOutcome as RecordedCache,
  CondensationOutcome as RecordedCondensation,
  UsageRecord,
} from '@proxyapi/logging'
import { expectTypeOf, it } from 'vitest'

// The packages below the server know nothing of each other, so each declares the shapes that it shares. The compiler compares them here.
it('has one shape of what a request says about the cache', () => {
  expectTypeOf<CacheDirectives>().toEqualTypeOf<ContextDirectives>()
})

it('gives the other packages the time, chance and network of core', () => {
  expectTypeOf<Deps>().toExtend<ContextDeps>()
  expectTypeOf<Deps>().toExtend<LoggingDeps>()
})

it('records attempts, usage, cache and condensation as core reports them', () => {
  expectTypeOf<Attempt>().toExtend<AttemptRecord>()
  expectTypeOf<Usage>().toExtend<UsageRecord>()
  expectTypeOf<CacheOutcome>().toExtend<RecordedCache>()
  expectTypeOf<CondensationOutcome>().toExtend<RecordedCondensation>()
})
