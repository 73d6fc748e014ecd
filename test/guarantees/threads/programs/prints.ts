// Prints before its submit, from an operator in a thread, and when that is closed.
import { LocalEnvironment } from '../../../../src/index.ts'

console.log('begins')
const env = new LocalEnvironment('prints', { threads: { count: 2 } })
env
  .fromBatch([1, 2, 3])
  .map(
    {
      map: (n) => {
        console.log(`maps ${n}`)
        return n
      },
      close: () => console.log('closed'),
    },
    { placement: 'thread' },
  )
  .sink((n) => console.log(`sinks ${n}`))
await env.submit({ autostop: true })
console.log('over')
