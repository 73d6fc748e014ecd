// A source that nothing reads.
import { LocalEnvironment } from '../../../src/index.ts'

const env = new LocalEnvironment('unfinished')
env.fromBatch([1, 2, 3])
await env.submit({ autostop: true })
