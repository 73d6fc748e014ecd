import { runPipeline } from './threads-program.ts'
import type { ThreadsRun } from './threads-work.ts'

await runPipeline(JSON.parse(process.argv[2]!) as ThreadsRun, process.argv[3] as 'process' | 'thread')
