import process from 'node:process'
import { RemoteEnvironment } from '../../../../src/index.ts'

const env = new RemoteEnvironment('quick', { port: Number(process.env['TEST_PORT']) })
env.fromBatch([1, 2, 3]).sink(() => {})
await env.submit({ autostop: true })
