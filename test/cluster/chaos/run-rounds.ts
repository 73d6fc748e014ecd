import process from 'node:process'
import { parseArgs } from 'node:util'
import { provideServer } from '../../support/nats/find-server.ts'
import type { TestContext } from '../../support/suite.ts'
import type { ChaosOutcome } from './run-chaos.ts'

/** What a round is given. */
export interface Round {
  readonly context: TestContext
  readonly seed: number
  readonly say: (text: string) => void
}

/**
 * Runs one round after the other, each with the next seed, until the time is over that --minutes tells, and says how many
 * went well. What a round has started is ended behind it, also on Ctrl-C.
 */
export async function runRounds(name: string, run: (round: Round) => Promise<ChaosOutcome>): Promise<void> {
  const { values } = parseArgs({
    options: { minutes: { type: 'string', default: '5' }, seed: { type: 'string', default: '1' } },
  })
  if (provideServer() === null) {
    console.error(`${name} needs a nats-server: name one with $NATS_SERVER`)
    process.exit(1)
  }
  const controller = new AbortController()
  let end = async (): Promise<void> => {}
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      controller.abort()
      void end().finally(() => process.exit(1))
    })
  }
  const until = Date.now() + Number(values.minutes) * 60_000
  let failed = 0
  let passed = 0
  for (let seed = Number(values.seed); Date.now() < until && !controller.signal.aborted; seed++) {
    const ends: (() => unknown)[] = []
    let ending: Promise<void> | null = null
    end = () => (ending ??= endAll(ends))
    console.log(`seed ${seed}`)
    try {
      const outcome = await run({
        context: { signal: controller.signal, cleanup: (work) => void ends.push(work) },
        seed,
        say: (text) => console.log(`  ${new Date().toISOString()} ${text}`),
      })
      const isGood = outcome.isExact && outcome.status === 'completed' && outcome.left.length === 0
      console.log(isGood ? '  exact, and nothing is left' : `  NOT SO: ${JSON.stringify(outcome)}`)
      if (isGood) passed++
      else failed++
    } catch (error) {
      failed++
      console.log('  FAILED', error)
    } finally {
      await end()
    }
  }
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed > 0 ? 1 : 0
}

async function endAll(ends: readonly (() => unknown)[]): Promise<void> {
  for (const end of ends.toReversed()) {
    try {
      await end()
    } catch (error) {
      console.log('  cannot be ended:', error)
    }
  }
}
