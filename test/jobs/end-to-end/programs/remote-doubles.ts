import process from 'node:process'
import { remoteDoubles } from '../pipelines/remote-doubles.ts'

await remoteDoubles(JSON.parse(process.argv[2]!) as never).env.submit({ autostop: true })
