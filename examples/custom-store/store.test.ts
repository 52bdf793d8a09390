import { describe, it } from 'node:test'
import { describeCacheStore } from '@proxyapi/context/testing'
import { createNewestStore } from './store.ts'

describeCacheStore({ describe, it }, 'newest', { create: ({ now }) => createNewestStore(2_000_000, now) })
