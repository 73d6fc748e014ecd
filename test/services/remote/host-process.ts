import { readFileSync } from 'node:fs'
import process from 'node:process'
import { deserialize } from 'node:v8'
import { ORDER_FD } from '../../../src/services/remote/forked-process.ts'
import { JobLink } from '../../../src/services/remote/job-link.ts'
import { ServedService } from '../../../src/services/remote/served-service.ts'
import { toServiceDefinition } from '../../../src/services/service-definition.ts'
import { realClock } from '../../../src/time/real-clock.ts'
import { catalog, type CatalogName, OutOfStock } from './catalog.ts'

/** What the test wants hosted. */
export interface HostOrder {
  readonly name: CatalogName
  readonly services: readonly string[]
  readonly teardownTimeout: number
}

const { name, services, teardownTimeout } = deserialize(readFileSync(ORDER_FD)) as HostOrder
const link = new JobLink(process)
const definition = toServiceDefinition<object, []>(name, catalog[name], [
  { remote: true, errors: [OutOfStock] },
] as never)
const served = new ServedService(definition, {
  clock: realClock,
  services,
  teardownTimeout,
  keepOnFailure: false,
  tell: (report) => link.tell(report),
  exit: () => process.exit(0),
})
link.listen(
  (order) => served.heed(order),
  () => void served.orphaned().finally(() => process.exit(1)),
)
void served.start()
