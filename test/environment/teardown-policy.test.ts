import * as assert from 'uvu/assert'
import { fixedDelay, InvalidArgumentError, JobFailedError, LocalEnvironment } from '../../src/index.ts'
import type { ServiceSource } from '../../src/services/service-source.ts'
import { suite } from '../support/suite.ts'

interface Hooks {
  stop(): void
  cleanup(): void
}

const service = (name: string, log: string[]): Hooks => ({
  stop: () => void log.push(`stop ${name}`),
  cleanup: () => void log.push(`cleanup ${name}`),
})

const fail = (): never => {
  throw new RangeError('broken')
}

suite('the teardown of services', (test) => {
  test('follows the order that is asked for, and reports as they were registered', async () => {
    const log: string[] = []
    const env = new LocalEnvironment('order')
      .registerService('first', { factory: () => service('first', log), teardownOrder: -1 })
      .registerService('second', { factory: () => service('second', log), teardownOrder: 2 })
      .registerService('third', () => service('third', log))
      .registerService('fourth', { factory: () => service('fourth', log) })
    env.fromBatch([1]).sink(() => {})
    const { services } = await env.submit({ autostop: true })
    assert.equal(
      log.filter((line) => line.startsWith('stop')),
      ['stop first', 'stop fourth', 'stop third', 'stop second'],
    )
    assert.equal(
      services.map(({ name }) => name),
      ['first', 'second', 'third', 'fourth'],
    )
  })

  test('waits for each as long as it is told to', async () => {
    const never = (): Promise<void> => new Promise(() => {})
    const env = new LocalEnvironment('timeout', { teardownTimeout: 60_000 }).registerService('slow', {
      factory: () => ({ stop: never }),
      teardownTimeout: 5,
    })
    env.fromBatch([1]).sink(() => {})
    const { services } = await env.submit({ autostop: true })
    assert.equal(services, [
      { name: 'slow', stopped: false, cleaned: true, killed: false, error: 'stop: it took longer than 5 ms' },
    ])
  })

  for (const { on, own, kept } of [
    { on: true, own: undefined, kept: true },
    { on: true, own: false, kept: false },
    { on: false, own: true, kept: true },
    { on: false, own: undefined, kept: false },
  ]) {
    test(`keeps the wreck of a failed job: environment ${on}, service ${own}`, async () => {
      const log: string[] = []
      const source = {
        factory: () => service('it', log),
        ...(own === undefined ? {} : { keepOnFailure: own }),
      }
      const env = new LocalEnvironment('wreck', { keepOnFailure: on }).registerService('it', source)
      env
        .fromBatch([1])
        .map(fail)
        .sink(() => {})
      const error = await env.submit({ autostop: true }).catch((thrown: unknown) => thrown)
      assert.instance(error, JobFailedError)
      assert.equal(log, kept ? ['stop it'] : ['stop it', 'cleanup it'])
      const { stopped, cleaned } = (error as JobFailedError).result.services[0]!
      assert.equal({ stopped, cleaned }, { stopped: true, cleaned: !kept })
    })
  }

  test('cleans up when the job ended well, and before it is restarted', async () => {
    const log: string[] = []
    let broken = true
    const env = new LocalEnvironment('restart', {
      keepOnFailure: true,
      restart: fixedDelay({ attempts: 1, delay: 1 }),
    }).registerService('it', () => service('it', log))
    env
      .fromBatch([1])
      .tap(() => {
        if (broken) fail()
      })
      .tap(() => {})
      .sink(() => {})
    env.status$.subscribe((status) => {
      if (status === 'restarting') broken = false
    })
    await env.submit({ autostop: true })
    assert.equal(log, ['stop it', 'cleanup it', 'stop it', 'cleanup it'])
  })

  test('refuses what can never work', () => {
    const refused = (options: object): void => {
      const env = new LocalEnvironment('wrong')
      const source = { factory: () => ({}), ...options } as ServiceSource<object, []>
      assert.throws(
        () => env.registerService('it', source),
        (error: unknown) => error instanceof InvalidArgumentError,
      )
    }
    refused({ teardownTimeout: 0 })
    refused({ teardownTimeout: '5' })
    refused({ teardownOrder: NaN })
    refused({ keepOnFailure: 'yes' })
    assert.throws(
      () => new LocalEnvironment('wrong', { keepOnFailure: 1 as never }),
      (error: unknown) => error instanceof InvalidArgumentError,
    )
  })
})
