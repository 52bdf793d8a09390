import type {
  BudgetAccount,
  BudgetRefusal,
  BudgetState,
  BudgetStore,
  BudgetWait,
  LimitStore,
  Reservation,
  TakeResult,
} from '@proxyapi/core/limits'
import type { LimitStores } from '@proxyapi/server'
import type { Channel } from './channel.ts'
import type { ReserveAnswer, ReserveQuestion } from './limit-messages.ts'

type Asking = () => Pick<Channel, 'ask' | 'tell'>

function createLimits(channel: Asking): LimitStore {
  return {
    take: (takes) => channel().ask<TakeResult>('limits.take', takes),
    adjust: (take, amount) => channel().tell('limits.adjust', { take, amount }),
    release: (takes) => {
      const places = takes.filter(({ type }) => type === 'parallel')
      if (places.length > 0) channel().tell('limits.release', places)
    },
  }
}

/** What accounts have come to when money that was held is settled, as far as this process can tell. */
function settled({ states, nanoUsd }: Reservation, costNanoUsd: number): readonly BudgetState[] {
  return states.map(({ spentNanoUsd, reservedNanoUsd }) => ({
    spentNanoUsd: spentNanoUsd + costNanoUsd,
    reservedNanoUsd: Math.max(0, reservedNanoUsd - nanoUsd),
  }))
}

function createBudgets(channel: Asking): BudgetStore {
  let lastId = 0
  const ids = new WeakMap<Reservation, number>()
  const settle = (id: number | undefined, costNanoUsd: number): void => {
    if (id !== undefined) channel().tell('budgets.settle', { id, costNanoUsd })
  }
  const toResult = (answer: ReserveAnswer, id: number, accounts: readonly BudgetAccount[]): Reservation | BudgetRefusal => {
    if (answer.type === 'refused') {
      const account = accounts[answer.account]
      if (account === undefined) throw new Error('A budget was refused of an account that was not asked for.')
      const { why, neededNanoUsd, leftNanoUsd } = answer
      return { type: 'refused', account, why, neededNanoUsd, leftNanoUsd }
    }
    const reservation: Reservation = { type: 'reserved', accounts, nanoUsd: answer.nanoUsd, states: answer.states }
    ids.set(reservation, id)
    return reservation
  }
  const reserve = (
    accounts: readonly BudgetAccount[],
    dearestNanoUsd: number,
    { maxMs, abort }: BudgetWait,
  ): Promise<Reservation | BudgetRefusal> => {
    const id = ++lastId
    const question: ReserveQuestion = { id, accounts, dearestNanoUsd, maxMs }
    return new Promise((resolve, reject) => {
      let hasLeft = false
      const forget = abort.onAbort((reason) => {
        hasLeft = true
        channel().tell('budgets.abandon', id)
        reject(reason)
      })
      channel()
        .ask<ReserveAnswer>('budgets.reserve', question)
        .then(
          (answer) => {
            forget()
            // It was held before the primary heard that nobody waits for it any more.
            if (hasLeft) settle(answer.type === 'reserved' ? id : undefined, 0)
            else resolve(toResult(answer, id, accounts))
          },
          (error: unknown) => {
            forget()
            reject(error)
          },
        )
    })
  }
  return {
    reserve,
    settle: (reservation, costNanoUsd) => {
      settle(ids.get(reservation), costNanoUsd)
      return settled(reservation, costNanoUsd)
    },
    read: (account) => channel().ask<BudgetState>('budgets.read', account),
  }
}

/** Limits and budgets of a worker: the primary counts, for all of them. */
export function createRemoteLimits(channel: Asking): LimitStores {
  return { limits: createLimits(channel), budgets: createBudgets(channel) }
}
