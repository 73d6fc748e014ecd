import process from 'node:process'
import { threadedCounts } from '../pipelines/threaded-counts.ts'

await threadedCounts(JSON.parse(process.argv[2]!) as never).env.submit({ autostop: true })
