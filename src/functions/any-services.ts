/** The services of a stream type that names none, as in `DataStream<number>`: those of any environment fit. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- `any` alone fits both ways
export type AnyServices = any
