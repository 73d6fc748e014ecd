// Its sink never comes to an end with its first record.

import process from 'node:process'
import { RemoteEnvironment } from '../../../../src/index.ts'

const env = new RemoteEnvironment('stuck', { port: Number(process.env['TEST_PORT']) })
env.fromBatch([1]).sink(() => new Promise<void>(() => {}))
await env.submit({ autostop: true })
