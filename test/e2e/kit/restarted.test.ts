import assert from 'node:assert/strict'
import test from 'node:test'
import { restarted } from './restarted.ts'

const pod = (name: string, status?: object) => ({ metadata: { name }, ...(status !== undefined && { status }) })

test('containers that were started again are told, also those that begin a pod and those that debug it', () => {
  const pods = [
    pod('new'), pod('waiting', {}), pod('steady', { containerStatuses: [{ name: 'main', restartCount: 0 }, { name: 'untold' }] }),
    pod('restless', {
      initContainerStatuses: [{ name: 'first', restartCount: 1 }, { name: 'second', restartCount: 0 }],
      containerStatuses: [{ name: 'main', restartCount: 0 }, { name: 'beside', restartCount: 7 }],
      ephemeralContainerStatuses: [{ name: 'debugger', restartCount: 1 }],
    }),
  ]
  assert.deepEqual(restarted(pods).map(({ pod, container }) => `${pod} ${container}`), ['restless first', 'restless beside', 'restless debugger'])
})
