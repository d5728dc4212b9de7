import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Layout } from './layout.ts'
import { run } from './run.ts'

interface Identity {
  file: string
  /** As openssl writes it: `/O=…/CN=…`. */
  subject: string
  /** For servers. */
  names?: string
}

/** Makes the cluster's authority and the certificate of each component below `<state>/pki`; keeps what is there. */
export async function createPki(layout: Layout): Promise<void> {
  const dir = pkiDir(layout)
  if (existsSync(join(dir, 'done'))) return
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  await key(dir, 'ca')
  await openssl(dir, ['req', '-x509', '-new', '-key', 'ca.key', '-days', '3650', '-subj', '/CN=holdfast-test', '-out', 'ca.crt'])
  await openssl(dir, ['genrsa', '-out', 'service-account.key', '2048'])
  await Promise.all(identities(layout).map((identity) => issue(dir, identity)))
  writeFileSync(join(dir, 'done'), '')
}

/** Folder of keys and certificates: `<name>.key`, `<name>.crt`, `ca.crt`, `service-account.key`. */
export function pkiDir(layout: Layout): string {
  return join(layout.stateDir, 'pki')
}

function identities(layout: Layout): Identity[] {
  const dns = ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local']
  const addresses = ['127.0.0.1', layout.nodeAddress, layout.kubernetesService]
  const names = [...dns.map((name) => `DNS:${name}`), ...addresses.map((address) => `IP:${address}`)].join(',')
  return [
    { file: 'apiserver', subject: '/CN=kube-apiserver', names },
    { file: 'apiserver-kubelet', subject: '/O=system:masters/CN=apiserver-kubelet' },
    { file: 'admin', subject: '/O=system:masters/CN=admin' },
    { file: 'kube-controller-manager', subject: '/CN=system:kube-controller-manager' },
    { file: 'kube-scheduler', subject: '/CN=system:kube-scheduler' },
    { file: 'kube-proxy', subject: '/CN=system:kube-proxy' },
    { file: 'kubelet', subject: `/O=system:nodes/CN=system:node:${layout.nodeName}` },
  ]
}

async function issue(dir: string, identity: Identity): Promise<void> {
  const { file } = identity
  await key(dir, file)
  await openssl(dir, ['req', '-new', '-key', `${file}.key`, '-subj', identity.subject, '-out', `${file}.csr`])
  const usage = `keyUsage=digitalSignature\nextendedKeyUsage=clientAuth,serverAuth\n`
  writeFileSync(join(dir, `${file}.ext`), identity.names === undefined ? usage : `${usage}subjectAltName=${identity.names}\n`)
  const serial = `0x${Buffer.from(file).toString('hex').slice(0, 30)}`
  await openssl(dir, ['x509', '-req', '-in', `${file}.csr`, '-CA', 'ca.crt', '-CAkey', 'ca.key', '-set_serial', serial,
    '-days', '3650', '-extfile', `${file}.ext`, '-out', `${file}.crt`])
}

async function key(dir: string, file: string): Promise<void> {
  await openssl(dir, ['ecparam', '-genkey', '-name', 'prime256v1', '-noout', '-out', `${file}.key`])
}

async function openssl(dir: string, args: readonly string[]): Promise<void> {
  await run('openssl', args, { cwd: dir })
}
