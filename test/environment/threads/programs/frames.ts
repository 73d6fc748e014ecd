import process from 'node:process'
import { frames } from '../pipelines/frames.ts'

await frames(JSON.parse(process.argv[2]!) as never).env.submit({ autostop: true })
