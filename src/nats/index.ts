export { nats } from './nats.ts'
export type { NatsOptions, NatsTls } from './nats-options.ts'
