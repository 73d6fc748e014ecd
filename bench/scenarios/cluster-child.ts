import { parseArgs } from 'node:util'
import { report } from '../report/channel.ts'
import { runBare } from './cluster-bare.ts'
import { runRegions } from './cluster-program.ts'

const { values } = parseArgs({
  options: {
    variant: { type: 'string' },
    address: { type: 'string' },
    job: { type: 'string' },
    records: { type: 'string' },
    partitions: { type: 'string' },
  },
})
const run = values.variant === 'millrace' ? runRegions : runBare
report(
  await run({
    address: values.address!,
    job: values.job!,
    records: Number(values.records),
    partitions: Number(values.partitions),
  }),
)
