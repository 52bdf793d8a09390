export { type BlastRadius, createFaultInjector, type FaultInjector, type FaultPlan } from './chaos/fault-injector.ts'
export { type FaultSeverity, type FaultType, faultTypes, type InjectedFault } from './chaos/injected-fault.ts'
export { createSeededRandom } from './chaos/seeded-random.ts'
