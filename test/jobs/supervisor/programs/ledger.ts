import process from 'node:process'
import { ledger } from './ledger-pipeline.ts'

const [limit, file, trouble] = process.argv.slice(2) as [string, string, string | undefined]
await ledger({ limit: Number(limit), file, trouble }).submit()
