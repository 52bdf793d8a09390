export { describeCacheStore, type StoreContract, type TestFramework } from './testing/describe-cache-store.ts'
export { createFakeDeps, type FakeDeps } from './testing/fake-deps.ts'
export type { TestValue } from './testing/store-entries.ts'
