import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { controller } from './controller.ts'
import type { Driver } from './driver.ts'
import { identity } from './identity.ts'
import { node } from './node.ts'
import { registration } from './registration.ts'
import { serve } from './serve.ts'
import { Store } from './store.ts'

const text = { type: 'string', default: '' } as const
const { values } = parseArgs({
  options: {
    name: text, node: text, socket: text, registration: text, data: text, protos: text,
    snapshots: { type: 'boolean', default: false },
  },
})
const driver: Driver = { ...values, nodeId: values.node }
const store = new Store(driver.data)
const switchFile = join(driver.data, 'switch.json')
const services = { 'csi.v1.Identity': identity(driver), 'csi.v1.Controller': controller(driver, store), 'csi.v1.Node': node(driver, store) }

await serve(services, { proto: join(driver.protos, 'csi.proto'), socket: driver.socket, switchFile })
await serve({ 'pluginregistration.Registration': registration(driver) },
  { proto: join(driver.protos, 'registration.proto'), socket: driver.registration, switchFile })
process.stdout.write(`${driver.name} serves on ${driver.socket}\n`)
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0))
