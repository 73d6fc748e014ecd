// Submits two jobs, of which the second needs what the first came to, and a third by a handle in between.
import process from 'node:process'
import { insideJob, RemoteEnvironment } from '../../../src/index.ts'

const options = { port: Number(process.env['PORT']) }

const first = new RemoteEnvironment('first', options)
const words = first.fromBatch(['b', 'a', 'b']).collect()
const { status } = await first.submit({ autostop: true })
const vocabulary = [...new Set(words.values)].sort()

const between = new RemoteEnvironment('between', options)
between.fromBatch(vocabulary).sink(() => {})
const handle = await between.submit()
await handle.stop()

const failed = new RemoteEnvironment('failed', options)
failed
  .fromBatch([1])
  .map(() => {
    throw new RangeError('on purpose')
  })
  .sink(() => {})
const message = await failed.submit({ autostop: true }).catch((error: Error) => error.name)

const second = new RemoteEnvironment('second', options)
const numbers = second.fromBatch(words.values.map((word) => vocabulary.indexOf(word))).collect()
await second.submit({ autostop: true })
console.log(JSON.stringify({ status, message, numbers: numbers.values, inside: insideJob() }))
