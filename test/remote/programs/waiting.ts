// Submits a job that never ends, and tells what became of the wait.
import process from 'node:process'
import { RemoteEnvironment } from '../../../src/index.ts'

const { PORT, DETACH } = process.env
const env = new RemoteEnvironment('waiting', {
  port: Number(PORT),
  detach: DETACH === '1',
  logs: ({ text }) => console.log(`log: ${text}`),
})
env
  .fromInterval(10)
  .tap((n) => {
    if (n === 3) console.log('ticking')
  })
  .sink(() => {})
try {
  const { status } = await env.submit({ autostop: true })
  console.log(`it ended as ${status}`)
} catch (error) {
  console.log(`it rejected with ${(error as Error).name}`)
}
