import process from 'node:process'
import { squares } from '../pipelines/squares.ts'

await squares(JSON.parse(process.argv[2]!) as never).env.submit({ autostop: true })
