import { jobProcessHost, type JobProcessHost } from '../job-process-host.ts'
import { serviceSeat } from '../services/service-seat.ts'
import { threadSeat } from '../threads/thread-seat.ts'
import { slotSeat } from './slot-seat.ts'

/** Who has a say in the submits of this program: the process of a job, or the seat that it was loaded for; else nobody. */
export function submitHost(): JobProcessHost | undefined {
  return threadSeat() ?? serviceSeat() ?? slotSeat() ?? jobProcessHost()
}
