import process from 'node:process'
import { ticking } from '../pipelines/ticking.ts'

await ticking(JSON.parse(process.argv[2]!) as never).submit({ autostop: true })
