import { tinyJob } from './jobs-program.ts'

await tinyJob().submit({ autostop: true })
