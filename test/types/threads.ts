import { expectTypeOf } from 'expect-type'
import {
  type EnvironmentOptions,
  LocalEnvironment,
  type OperatorPlacement,
  type ThreadOptions,
} from '../../src/index.ts'

const env = new LocalEnvironment('threads', {
  placement: 'thread',
  threads: {
    count: 4,
    schedule: 'round-robin',
    heartbeatTimeout: 1000,
    onUnresponsive: 'warn',
    memoryMb: 512,
  },
  entry: new URL('file:///job.ts'),
  argv: ['a'],
})

expectTypeOf<EnvironmentOptions['threads']>().toEqualTypeOf<ThreadOptions | undefined>()
expectTypeOf<OperatorPlacement>().toEqualTypeOf<'process' | 'thread' | { readonly thread: number }>()

const numbers = env.fromBatch([1])
numbers.map((n) => n, { placement: 'thread' }).filter(Boolean, { placement: { thread: 0 } })
numbers
  .keyBy((n) => n)
  .count({ placement: 'process' })
  .sink(() => {}, { placement: 'thread' })

// @ts-expect-error an operator is named a thread by number
numbers.map((n) => n, { placement: { thread: '0' } })
// @ts-expect-error there is no such place
numbers.map((n) => n, { placement: 'worker' })
// @ts-expect-error an environment has no thread of its own
new LocalEnvironment('threads', { placement: { thread: 0 } })
// @ts-expect-error pinned is what a placement says
new LocalEnvironment('threads', { threads: { schedule: 'pinned' } })
// @ts-expect-error arguments are text
new LocalEnvironment('threads', { argv: [1] })
