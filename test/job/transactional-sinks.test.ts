import * as assert from 'uvu/assert'
import { LocalEnvironment, MemoryCheckpointStore, type TransactionalSink } from '../../src/index.ts'
import { suite } from '../support/suite.ts'

/** Shows what was committed, and notes when. */
class Shown implements TransactionalSink<number, readonly number[]> {
  readonly log: string[]
  #written: number[] = []

  constructor(log: string[]) {
    this.log = log
  }

  recover(prepared: readonly (readonly number[])[]): void {
    this.log.push(`recover ${prepared.length}`)
  }

  write(value: number): void {
    if (value === 3) throw new Error('three')
    this.#written.push(value)
  }

  prepare(): readonly number[] | undefined {
    const written = this.#written
    this.#written = []
    return written.length === 0 ? undefined : written
  }

  commit(prepared: readonly number[]): void {
    this.log.push(`commit ${prepared.join()}`)
  }

  close(): void {
    this.log.push('close')
  }
}

suite('transactional sinks', (test) => {
  for (const checkpoints of [undefined, { store: new MemoryCheckpointStore(), interval: 1 }]) {
    const where = checkpoints === undefined ? 'without checkpoints' : 'with checkpoints'

    test(`${where}: what readers of its dead letters write is there before it commits`, async () => {
      const log: string[] = []
      const env = new LocalEnvironment('letters', checkpoints === undefined ? {} : { checkpoints })
      env.fromBatch([1, 2, 3, 4]).sink(new Shown(log), { onError: 'dead-letter' })
      env.deadLetters<number>().sink(({ record }) => void log.push(`letter ${record}`))
      await env.submit({ autostop: true })
      assert.is(log[0], 'recover 0')
      assert.equal(log.slice(-1), ['close'])
      assert.ok(log.includes('letter 3'))
      assert.equal(
        log
          .filter((line) => line.startsWith('commit'))
          .join(' ')
          .replaceAll('commit ', '')
          .replaceAll(' ', ','),
        '1,2,4',
      )
    })
  }

  test('without checkpoints nothing is shown of a job that fails, however early a sink has ended', async () => {
    const log: string[] = []
    const env = new LocalEnvironment('fails')
    env.fromBatch([1, 2]).sink(new Shown(log))
    env
      .fromBatch([1, 2])
      .map(async (n) => {
        await new Promise<void>((resolve) => setImmediate(resolve))
        if (n === 2) throw new Error('late')
        return n
      })
      .sink(() => {})
    await env.submit({ autostop: true }).then(
      () => assert.unreachable(),
      () => {},
    )
    assert.equal(log, ['recover 0', 'close'])
  })
})
