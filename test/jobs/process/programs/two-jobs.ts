import { HostedEnvironment } from '../hosted-environment.ts'

const first = new HostedEnvironment('first')
const words = first.fromBatch(['a', 'b']).collect()
const { jobId } = await first.submit()

const second = new HostedEnvironment('second')
second.fromBatch([...words.values, jobId]).collect()
await second.submit()
