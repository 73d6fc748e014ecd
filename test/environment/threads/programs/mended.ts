import process from 'node:process'
import { mended } from '../pipelines/mended.ts'

await mended(JSON.parse(process.argv[2]!) as never).env.submit({ autostop: true })
