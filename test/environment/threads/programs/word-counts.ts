import process from 'node:process'
import { wordCounts } from '../pipelines/word-counts.ts'

await wordCounts(JSON.parse(process.argv[2]!) as never).env.submit({ autostop: true })
