import { sinkFromThreads } from './memory-threads-program.ts'

const nothing = (): void => {}

await sinkFromThreads({ records: 0, pulled: nothing, sunk: nothing })
