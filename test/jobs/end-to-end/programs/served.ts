import process from 'node:process'
import { served } from '../pipelines/served.ts'

await served(JSON.parse(process.argv[2]!) as never).submit({ autostop: true })
