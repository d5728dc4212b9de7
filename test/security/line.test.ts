import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { leaks } from '../e2e/kit/secret-forms.ts'
import { bench, IN_MEMORY } from '../mover/context.ts'
import { NO_RESTIC, PASSWORD } from '../mover/restic/tools.ts'
import { CONTENT, life } from '../mover/stores/life.ts'
import { makeBucket, NO_S3, startS3, type TestS3 } from '../mover/stores/minio.ts'

interface Listener {
  readonly endpoint: string
  /** All that went by in both directions since it was last asked. */
  heard(): string
  stop(): Promise<void>
}

/** Somebody between a mover and its store, who hears every byte and changes none. */
async function listener(target: string): Promise<Listener> {
  const { hostname, port } = new URL(target)
  let heard: Buffer[][] = []
  const server = createServer(mover => {
    const store = connect(Number(port), hostname)
    for (const [from, to] of [[mover, store], [store, mover]] as const) {
      const direction: Buffer[] = []
      heard.push(direction)
      from.on('data', (chunk: Buffer) => direction.push(chunk)).on('error', () => to.destroy()).pipe(to)
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard: () => {
      const text = heard.map(direction => Buffer.concat(direction).toString('latin1')).join('\n')
      heard = []
      return text
    },
    stop: async () => {
      server.close()
      await once(server, 'close')
    },
  }
}

describe('a listener on the line to a store without TLS', { skip: NO_S3 }, () => {
  const bucket = `holdfast-line-${randomBytes(4).toString('hex')}`
  let s3: TestS3
  let line: Listener
  before(async () => {
    s3 = await startS3()
    await makeBucket(s3, bucket)
    line = await listener(s3.endpoint)
  })
  after(async () => {
    await s3.stop()
    await line.stop()
  })

  for (const strategy of ['tar', 'custom', 'external'] as const) {
    test(`${strategy}: hears neither the secret key nor the restic password, and of the data only what is not encrypted`, { skip: strategy === 'external' && NO_RESTIC }, async () => {
      using here = bench(IN_MEMORY)
      await life(here, { s3, strategy, keys: s3.env, store: { type: 's3', bucket, prefix: `${strategy}/ns`, endpoint: line.endpoint } })
      const heard = line.heard()
      assert.ok(heard.includes(s3.env.AWS_ACCESS_KEY_ID), 'the name of the key goes by with each request: the listener hears')
      const needles = [{ name: 'the secret key', value: s3.env.AWS_SECRET_ACCESS_KEY }, { name: 'the restic password', value: PASSWORD }, { name: 'the data', value: CONTENT }]
      assert.deepEqual(leaks(needles, [{ where: 'the line', text: heard }]), strategy === 'external' ? [] : ['the line has the data'])
    })
  }
})
