import { execFileSync, type ExecFileSyncOptions, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** Ignored by git. */
const cache = fileURLToPath(new URL('../../../.cache/kafka', import.meta.url))
const version = '4.1.1'

/** Brokers that are there, or what one is started with. */
export type Kafka =
  | { readonly brokers: string }
  /** A folder of jars, and one with an empty store. */
  | { readonly libs: string; readonly store: string }

/** $KAFKA_BROKERS, else what was fetched before, where there is a Java to run it. */
export function findKafka(): Kafka | null {
  const brokers = process.env['KAFKA_BROKERS'] ?? ''
  if (brokers !== '') return { brokers }
  const [libs, store] = [join(cache, 'libs'), join(cache, 'store')]
  return existsSync(libs) && existsSync(store) && isThere('java', '-version') ? { libs, store } : null
}

/** What is here, else what is fetched, which needs Java, Maven, a network and some seconds. */
export function provideKafka(): Kafka | null {
  const found = findKafka()
  if (found !== null || !isThere('java', '-version') || !isThere('mvn', '-version')) return found
  console.log(`fetching Kafka ${version} for the tests: org.apache.kafka:kafka_2.13`)
  // Another run may do the same: there is never half of it.
  const folder = `${cache}-${process.pid}`
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'pom.xml'), pom)
    const options: ExecFileSyncOptions = {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 300_000,
    }
    const output = `-DoutputDirectory=${join(folder, 'libs')}`
    execFileSync(
      'mvn',
      ['-q', '-B', 'dependency:copy-dependencies', '-DincludeScope=runtime', output],
      options,
    )
    writeFileSync(join(folder, 'server.properties'), propertiesOf(join(folder, 'store'), 9092, 9093))
    const id = randomBytes(16).toString('base64url')
    const format = ['kafka.tools.StorageTool', 'format', '-t', `x${id.slice(1)}`, '-c', 'server.properties']
    execFileSync('java', ['-cp', join(folder, 'libs', '*'), ...format], options)
    renameSync(folder, cache)
  } catch (error) {
    console.log(`Kafka cannot be fetched: ${(error as Error).message.trim()}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return findKafka()
}

/** One node that is everything. */
export function propertiesOf(store: string, port: number, controllerPort: number): string {
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names=CONTROLLER',
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    `log.dirs=${store}`,
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'transaction.state.log.num.partitions=1',
    'auto.create.topics.enable=false',
    '',
  ].join('\n')
}

function isThere(command: string, argument: string): boolean {
  return spawnSync(command, [argument], { stdio: 'ignore' }).status === 0
}

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>millrace.test</groupId>
  <artifactId>kafka</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${version}</version>
    </dependency>
  </dependencies>
</project>
`
