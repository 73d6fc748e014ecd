// Keeps all that it reads.

import process from 'node:process'
import { RemoteEnvironment } from '../../../../src/index.ts'

const env = new RemoteEnvironment('eating', { port: Number(process.env['TEST_PORT']), checkpoints: false })
const kept: unknown[] = []
env
  .fromSource<number>({ next: () => kept.length })
  .sink(() => void kept.push(Array.from({ length: 10_000 }, (_, i) => ({ i }))))
await env.submit({ autostop: true })
