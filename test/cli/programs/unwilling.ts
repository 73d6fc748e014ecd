// A sink that never comes back, so that stopping takes long: the second Ctrl-C aborts.
import { LocalEnvironment } from '../../../src/index.ts'

const env = new LocalEnvironment('unwilling', { stopTimeout: 600_000 })
env.fromBatch([1, 2]).sink((_, { signal }) => {
  console.log('waiting')
  return new Promise<void>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')))
  })
})
env.status$.subscribe((status) => console.log(status))
const { status } = await env.submit({ autostop: true })
console.log(`it ended as ${status}`)
