import { endlessJob } from './first-paint-program.ts'

await endlessJob().submit({ autostop: true })
