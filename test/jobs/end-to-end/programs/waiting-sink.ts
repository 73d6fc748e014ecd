import process from 'node:process'
import type { MillraceError } from '../../../../src/index.ts'
import { waitingSink } from '../pipelines/waiting-sink.ts'

const [settings, options] = process.argv.slice(2).map((text) => JSON.parse(text) as never)
const { env } = waitingSink(settings as never, options)
try {
  const { status } = await env.submit({ autostop: true })
  console.log(status)
} catch (error) {
  console.log((error as MillraceError).name)
}
await env.close()
