export type { ClientView } from './testing/client-view.ts'
export type { Distribution } from './testing/distribution.ts'
export { drawScenario, type Scenario } from './testing/draw-scenario.ts'
export type { Fault, FaultRule, StallPoint } from './testing/fault.ts'
export { percentile, type SimulationFigures } from './testing/figures.ts'
export { allInvariants } from './testing/invariants/all-invariants.ts'
export { defaultLimits, type Invariant, perClient, type SimulationLimits, type SimulationRun } from './testing/invariants/invariant.ts'
export type { Random } from './testing/random.ts'
export {
  createScriptedTransport,
  type ScriptedTransport,
  type ScriptedTransportOptions,
  scriptedProvider,
} from './testing/scripted-transport.ts'
export { type SimulationOptions, type SimulationReport, simulate, type Violation } from './testing/simulate.ts'
export type { UpstreamCall, UpstreamLedger } from './testing/upstream-ledger.ts'
export type { UpstreamScript } from './testing/upstream-script.ts'
export { type ArmedTimer, createVirtualWorld, type VirtualWorld, type VirtualWorldOptions } from './testing/virtual-world.ts'
export type { Arrivals, Leaving, Workload } from './testing/workload.ts'
