import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { freePorts } from '../nats/start-nats.ts'
import { findKafka, propertiesOf } from './find-kafka.ts'

let broker: Promise<string> | null = null

/**
 * The address of a broker, which is started by the first who asks and ends with this process: it takes seconds to
 * start, so all tests of a file share it, and make topics of their own.
 */
export function startKafka(): Promise<string> {
  return (broker ??= start())
}

async function start(): Promise<string> {
  const kafka = findKafka()
  if (kafka === null) throw new Error('there is no Kafka: declare the tests with kafkaSuite')
  if ('brokers' in kafka) return kafka.brokers
  const folder = mkdtempSync(join(tmpdir(), 'millrace-kafka-'))
  const [port = 0, controllerPort = 0] = await freePorts(2)
  const [store, config, log] = [join(folder, 'store'), join(folder, 'server.properties'), join(folder, 'log')]
  cpSync(kafka.store, store, { recursive: true })
  writeFileSync(config, propertiesOf(store, port, controllerPort))
  const output = openSync(log, 'a')
  const flags = ['-Xms128m', '-Xmx256m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']
  const child = spawn('java', [...flags, '-cp', join(kafka.libs, '*'), 'kafka.Kafka', config], {
    cwd: folder,
    stdio: ['ignore', output, output],
  })
  child.unref()
  process.once('exit', () => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })
  await untilListening(child, port, log)
  return `127.0.0.1:${port}`
}

async function untilListening(child: ChildProcess, port: number, log: string): Promise<void> {
  while (!(await takesConnections(port))) {
    if (child.exitCode !== null) throw new Error(`Kafka has ended:\n${readFileSync(log, 'utf8')}`)
    await delay(50)
  }
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const settle = (open: boolean): void => {
      socket.destroy()
      resolve(open)
    }
    socket.once('connect', () => settle(true))
    socket.once('error', () => settle(false))
  })
}
