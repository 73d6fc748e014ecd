import type { EngineConnection } from '../../../src/cluster/engine/cluster-engine.ts'
import type { suite, Test, TestContext } from '../suite.ts'
import { callsContract } from './engine-calls-contract.ts'
import { claimContract } from './engine-claim-contract.ts'
import { edgesContract } from './engine-edges-contract.ts'
import { filesContract } from './engine-files-contract.ts'
import { modelContract } from './engine-model-contract.ts'
import { recordsContract } from './engine-records-contract.ts'

/** An engine, empty at first. */
export interface EnginePlace {
  /** Each as of another process; closed after the test. */
  connect(): Promise<EngineConnection>
}

/** Declares a test that has an engine of its own. */
export type EngineTest = (name: string, body: (place: EnginePlace, context: TestContext) => unknown) => void

/** What every engine of a cluster does. */
export function engineContract(
  name: string,
  makePlace: (context: TestContext) => Promise<EnginePlace>,
  declare: typeof suite,
): void {
  const parts: Readonly<Record<string, (test: EngineTest) => void>> = {
    records: recordsContract,
    files: filesContract,
    calls: callsContract,
    edges: edgesContract,
    claims: claimContract,
    'a model': modelContract,
  }
  for (const [part, contract] of Object.entries(parts)) {
    const body = (test: Test): void =>
      contract((label, run) => test(label, async (context) => run(await makePlace(context), context)))
    declare(`the contract of engines: ${name}: ${part}`, body, { timeout: 30_000 })
  }
}
