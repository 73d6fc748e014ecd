// Ticks until it is stopped, and tells when its service has been taken down: `ticking.ts [ms]`.
import process from 'node:process'
import { LocalEnvironment } from '../../../src/index.ts'

class Place {
  cleanup(): void {
    console.log('cleaned up')
  }
}

const [, , ms = '10'] = process.argv
const env = new LocalEnvironment('ticking').registerService('place', Place)
env
  .fromInterval(Number(ms))
  .map((n) => n * 2, { name: 'double' })
  .sink((n) => {
    if (n === 0) console.log('ticking')
  })
const { status } = await env.submit({ autostop: true })
console.log(`it ended as ${status}`)
