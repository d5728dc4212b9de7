import assert from 'node:assert/strict'
import test from 'node:test'
import { mountsBelow } from './mounts.ts'

const MOUNTINFO = [
  '21 1 254:0 / / rw - ext4 /dev/vda rw',
  '30 21 0:4 net:[4026532] /var/lib/x/netns rw - nsfs nsfs rw',
  '31 21 254:0 /a /var/lib/x/pods/with\\040space rw - ext4 /dev/vda rw',
  '32 31 0:30 / /var/lib/x/pods/with\\040space/deeper rw - tmpfs tmpfs rw',
  '33 21 0:31 / /var/lib/xyz rw - tmpfs tmpfs rw',
].join('\n')

test('mounts below a folder come latest first, with their names decoded', () => {
  const expected = ['/var/lib/x/pods/with space/deeper', '/var/lib/x/pods/with space', '/var/lib/x/netns']
  assert.deepEqual(mountsBelow('/var/lib/x', MOUNTINFO), expected)
})

test('a folder whose name only begins alike is not below', () => {
  assert.deepEqual(mountsBelow('/var/lib/xy', MOUNTINFO), [])
})

test('a mount point itself counts', () => {
  assert.deepEqual(mountsBelow('/var/lib/xyz', MOUNTINFO), ['/var/lib/xyz'])
})
