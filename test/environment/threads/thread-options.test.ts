import { availableParallelism } from 'node:os'
import * as assert from 'uvu/assert'
import {
  checkEnvironmentPlacement,
  resolveThreadOptions,
} from '../../../src/environment/threads/thread-options.ts'
import { checkPlacement } from '../../../src/graph/check-placement.ts'
import { InvalidArgumentError } from '../../../src/index.ts'
import { suite } from '../../support/suite.ts'

const refuses = (run: () => unknown, message: string): void => {
  try {
    run()
  } catch (error) {
    assert.instance(error, InvalidArgumentError)
    assert.match((error as Error).message, message)
    return
  }
  assert.unreachable(`${message} was let pass`)
}

suite('options of threads', (test) => {
  test('have defaults', () => {
    assert.equal(resolveThreadOptions('env'), {
      count: availableParallelism(),
      schedule: 'least-loaded',
      heartbeatTimeout: 30_000,
      onUnresponsive: 'fail',
      memoryMb: undefined,
    })
  })

  test('are refused where they can never work', () => {
    const wrong =
      (options: object): (() => unknown) =>
      () =>
        resolveThreadOptions('env', options)
    refuses(wrong({ count: 0 }), 'count')
    refuses(wrong({ count: 1.5 }), 'count')
    refuses(wrong({ schedule: 'random' }), "schedule is 'random'")
    refuses(wrong({ heartbeatTimeout: -1 }), 'heartbeatTimeout')
    refuses(wrong({ onUnresponsive: 'kill' }), "onUnresponsive is 'kill'")
    refuses(wrong({ memoryMb: 0 }), 'memoryMb')
    refuses(wrong({ threads: 4 }), 'threads')
    refuses(() => resolveThreadOptions('env', 4 as never), 'threads is 4')
  })

  test('the place of an environment is its process or its threads, of an operator one of them', () => {
    assert.is(checkEnvironmentPlacement('env', undefined), 'process')
    assert.is(checkEnvironmentPlacement('env', 'thread'), 'thread')
    refuses(() => checkEnvironmentPlacement('env', { thread: 1 }), 'placement is')
    assert.equal(checkPlacement('map', { thread: 0 }), { thread: 0 })
    for (const wrong of ['worker', { thread: -1 }, { thread: 0.5 }, { thread: 0, more: 1 }, {}, null, 1]) {
      refuses(() => checkPlacement('map', wrong), 'placement is')
    }
  })
})
