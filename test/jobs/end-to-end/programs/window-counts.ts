import process from 'node:process'
import { windowCounts } from '../pipelines/window-counts.ts'

const [settings, options] = process.argv.slice(2).map((text) => JSON.parse(text) as never)
await windowCounts(settings as never, options).submit({ autostop: true })
