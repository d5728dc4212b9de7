import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, describe, it } from 'node:test'
import { contextNames, selectContext } from '../../../plugin/api/kubeconfig.ts'
import { Failure } from '../../../plugin/cli/failure.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-kubeconfig-'))
after(() => rmSync(folder, { recursive: true }))

const file = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const first = file('first', `
current-context: a
contexts:
- name: a
  context: { cluster: one, user: ann, namespace: shop }
clusters:
- name: one
  cluster: { server: https://one, certificate-authority: pki/ca.crt }
users:
- name: ann
  user: { client-certificate: /abs/ann.crt, client-key: ann.key }
`)
const second = file('second', `
current-context: b
contexts:
- { name: a, context: { cluster: two, user: bob } }
- { name: b, context: { cluster: two, user: bob } }
- { name: lost-cluster, context: { cluster: nowhere, user: bob } }
- { name: lost-user, context: { cluster: two, user: nobody } }
- { name: anonymous, context: { cluster: two } }
clusters:
- { name: two, cluster: { server: "https://two" } }
users:
- { name: bob, user: { token: t } }
`)
const both = { environment: { KUBECONFIG: [first, join(folder, 'absent'), second].join(delimiter) } }
const fails = (choice: Parameters<typeof selectContext>[0], message: RegExp): void => assert.throws(() => selectContext(choice), (error: unknown) => error instanceof Failure && message.test(error.message))

describe('selectContext', () => {
  it('reads --kubeconfig, with paths relative to the file', () => assert.deepEqual(selectContext({ file: first, environment: {} }), {
    context: 'a', namespace: 'shop',
    cluster: { server: 'https://one', 'certificate-authority': join(folder, 'pki/ca.crt') },
    user: { 'client-certificate': '/abs/ann.crt', 'client-key': join(folder, 'ann.key') },
  }))
  it('merges the files of KUBECONFIG: the first that has a name wins', () => assert.equal(selectContext(both)?.cluster.server, 'https://one'))
  it('takes --context from a later file', () => assert.deepEqual(selectContext({ ...both, context: 'b' }), { context: 'b', namespace: undefined, cluster: { server: 'https://two' }, user: { token: 't' } }))
  it('takes ~/.kube/config without KUBECONFIG', () => {
    mkdirSync(join(folder, '.kube'))
    file('.kube/config', 'current-context: h\ncontexts: [{ name: h, context: { cluster: c } }]\nclusters: [{ name: c, cluster: { server: "http://h" } }]')
    assert.equal(selectContext({ environment: { HOME: folder } })?.cluster.server, 'http://h')
  })
  it('allows a context without a user', () => assert.deepEqual(selectContext({ ...both, context: 'anonymous' })?.user, {}))
  it('is undefined without any file', () => assert.equal(selectContext({ environment: { HOME: '/nonexistent' } }), undefined))
  it('tells an unknown context and those that are there', () => fails({ ...both, context: 'c' }, /context "c" does not exist\. There are: a, b, lost-cluster/))
  it('tells a cluster that is not there', () => fails({ ...both, context: 'lost-cluster' }, /cluster "nowhere" of context "lost-cluster"/))
  it('tells a user that is not there', () => fails({ ...both, context: 'lost-user' }, /user "nobody" of context "lost-user"/))
  it('tells that none is chosen', () => fails({ file: file('none', 'contexts: []'), environment: {} }, /no context is chosen.*The kubeconfig has none\./))
  it('tells an absent --kubeconfig', () => fails({ file: join(folder, 'absent'), environment: {} }, /cannot read kubeconfig .*absent.*ENOENT/))
  it('tells a file that is not YAML', () => fails({ file: file('broken', '{'), environment: {} }, /cannot read kubeconfig .*broken/))
  it('tells a file that is no mapping', () => fails({ file: file('text', 'hello'), environment: {} }, /it is not a mapping/))
})

describe('contextNames', () => {
  it('lists each once', () => assert.deepEqual(contextNames(both), ['a', 'b', 'lost-cluster', 'lost-user', 'anonymous']))
})
