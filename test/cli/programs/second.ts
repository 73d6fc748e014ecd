// Two jobs, one behind the other, in process.
import { LocalEnvironment } from '../../../src/index.ts'

const first = new LocalEnvironment('first')
const numbers = first.fromBatch([1, 2, 3]).collect()
await first.submit({ autostop: true })
const second = new LocalEnvironment('second')
second.fromBatch([...numbers.values]).sink((n) => console.log(`second: ${n}`))
await second.submit({ autostop: true })
