import process from 'node:process'
import { stations } from '../pipelines/stations.ts'

await stations(JSON.parse(process.argv[2]!) as never).submit({ autostop: true })
